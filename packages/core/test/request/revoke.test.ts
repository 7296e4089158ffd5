import { describe, expect, it } from 'vitest'
import { memoryCache } from '../../src/index.ts'
import { startGitHub } from '../github.ts'
import { errorWithCode } from '../rejection.ts'

const REVOKE = '/installation/token'

describe('revoke', () => {
  it('makes the token that is in use invalid at once, and the next use mints another', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const { value } = await time.settle(acme.token())
    await time.settle(acme.revoke())
    expect(simulator.revokeToken(value)).toBe(false)
    expect((await time.settle(acme.token())).value).not.toBe(value)
    expect(simulator.mints).toBe(2)
  })

  it('revokes only the scope of the handle', async () => {
    const { time, auth, simulator } = await startGitHub()
    const app = auth()
    const narrow = app.installation({ owner: 'acme', repositories: ['api'] })
    const wide = await time.settle(app.installation({ owner: 'acme' }).token())
    await time.settle(narrow.token())
    await time.settle(narrow.revoke())
    expect(simulator.revokeToken(wide.value)).toBe(true)
  })

  it('does nothing when there is no token, and mints none to revoke it', async () => {
    const { time, auth, simulator } = await startGitHub()
    await time.settle(auth().installation({ installationId: 7 }).revoke())
    expect(simulator.count()).toBe(0)
  })

  it('revokes what another process left in the shared cache', async () => {
    const { time, auth, simulator } = await startGitHub()
    const cache = memoryCache({ clock: time.clock })
    const { value } = await time.settle(auth({ cache }).installation({ installationId: 7 }).token())
    const other = auth({ cache }).installation({ installationId: 7 })
    await time.settle(other.revoke())
    expect(simulator.revokeToken(value)).toBe(false)
    expect((await time.settle(other.token())).value).not.toBe(value)
  })

  // create-github-app-token#72: revoking an expired token failed the job.
  it('counts a token that is expired or revoked already as revoked', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    await time.settle(acme.token())
    await time.pass(3_700_000)
    await time.settle(acme.revoke())
    const { value } = await time.settle(acme.token())
    simulator.revokeToken(value)
    await time.settle(acme.revoke())
    expect((await time.settle(acme.token())).value).not.toBe(value)
  })

  it('can be called again when GitHub did not revoke the token', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const { value } = await time.settle(acme.token())
    const outage = simulator.fail({
      route: REVOKE,
      times: Number.POSITIVE_INFINITY,
      response: { status: 500 },
    })
    await errorWithCode('GITHUB_UNAVAILABLE', time.settle(acme.revoke()))
    outage.remove()
    await time.settle(acme.revoke())
    expect(simulator.revokeToken(value)).toBe(false)
  })

  it('never hands out a token again that it tried to revoke', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const { value } = await time.settle(acme.token())
    simulator.fail({ route: REVOKE, times: 8, response: { status: 500 } })
    await errorWithCode('GITHUB_UNAVAILABLE', time.settle(acme.revoke()))
    expect((await time.settle(acme.token())).value).not.toBe(value)
  })

  it('ends when GitHub hangs', async () => {
    const { time, auth, hang } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    await time.settle(acme.token())
    hang(({ method }) => method === 'DELETE')
    const given = errorWithCode('TIMEOUT', acme.revoke())
    await time.pass(60_000)
    expect(await time.stateOf(given)).toBe('fulfilled')
  })
})
