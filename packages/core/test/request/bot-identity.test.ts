import { describe, expect, it } from 'vitest'
import { startGitHub } from '../github.ts'
import { errorWithCode, hubauthError } from '../rejection.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'

describe('identity', () => {
  it('is the login and the address that make GitHub show the app as the author', async () => {
    const { time, auth, simulator } = await startGitHub()
    const identity = await time.settle(auth().installation({ owner: 'acme' }).identity())
    const { login, id } = simulator.app.bot
    expect(identity).toEqual({ login, id, email: `${id}+${login}@users.noreply.127.0.0.1` })
    expect(id).not.toBe(simulator.app.id)
    expect(Object.isFrozen(identity)).toBe(true)
  })

  it('has the address of github.com there', async () => {
    const { time, auth } = scriptedGitHub(({ path }) =>
      path.startsWith('/users/octo-app') ? json({ id: 123, login: 'octo-app[bot]' }) : undefined,
    )
    const { email } = await time.settle(auth().installation({ installationId: 7 }).identity())
    expect(email).toBe('123+octo-app[bot]@users.noreply.github.com')
  })

  it('is asked for once by an app, however many ask at once and later', async () => {
    const { time, auth, simulator } = await startGitHub()
    const app = auth()
    const ask = () => app.installation({ owner: 'acme' }).identity()
    await time.settle(Promise.all([ask(), ask(), ask()]))
    await time.settle(ask())
    expect(simulator.count('GET', '/users/{username}')).toBe(1)
    expect(simulator.count('GET', '/app')).toBe(1)
  })

  it('is not remembered when it could not be found out', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    simulator.fail({ route: '/users/{username}', times: 4, response: { status: 500 } })
    await errorWithCode('GITHUB_UNAVAILABLE', time.settle(acme.identity()))
    expect((await time.settle(acme.identity())).id).toBe(simulator.app.bot.id)
  })

  it('is given up after the timeout when GitHub hangs', async () => {
    const { time, auth, hang } = await startGitHub()
    hang(({ path }) => path.startsWith('/users/hubauth'))
    expect((await hubauthError(time.settle(auth().installation({ owner: 'acme' }).identity()))).code).toBe(
      'TIMEOUT',
    )
  })
})
