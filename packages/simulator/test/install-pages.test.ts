import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { appJwt } from './support/app-jwt.ts'
import { exchange, startOAuthGitHub } from './support/oauth.ts'
import { call } from './support/test-github.ts'
import { open, press, type Visit } from './support/web-pages.ts'

const SETUP_URL = 'https://app.example.com/setup?from=github'

async function accountId(github: Simulator, login: string): Promise<number> {
  return (await call(github, `GET /users/${login}`)).json.id
}

/** The page on which the app can be installed on an account. */
async function installPage(github: Simulator, login: string, state?: string): Promise<Visit> {
  const query = new URLSearchParams({ target_id: String(await accountId(github, login)) })
  if (state !== undefined) query.set('state', state)
  return open(github, `/apps/${github.app.slug}/installations/new/permissions?${query}`)
}

describe('Installing an app', () => {
  test('offers the accounts a user belongs to, and keeps the state', async () => {
    const github = await startOAuthGitHub()
    github.signIn('hubot')
    const { text } = await open(github, `/apps/${github.app.slug}/installations/new?state=s1`)
    expect(text).toContain('>acme</option>')
    expect(text).toContain('>hubot</option>')
    expect(text).not.toContain('>globex</option>')
    expect(text).toContain('name="state" value="s1"')
  })

  test('leads to the setup URL with the installation, the action and the state', async () => {
    const github = await startOAuthGitHub({ app: { setupUrl: SETUP_URL } })
    github.signIn('stranger')
    const { status, location } = await press(github, await installPage(github, 'stranger', 'a&b'))
    const installation = github.installations.find(({ account }) => account === 'stranger')
    expect(status).toBe(302)
    expect(location?.href).toBe(
      `${SETUP_URL}&installation_id=${installation?.id}&setup_action=install&state=a%26b`,
    )
    expect(installation).toMatchObject({ repositorySelection: 'all', suspended: false })
  })

  test('covers the repositories that were chosen, and none that are not the account’s', async () => {
    const github = await startOAuthGitHub()
    github.addMember('initech', { login: 'octocat', role: 'admin' })
    github.signIn('octocat')
    const auth = github.createPersonalAccessToken('octocat')
    const [reports, foreign] = [
      String((await call(github, 'GET /repos/initech/reports', { auth })).json.id),
      String((await call(github, 'GET /repos/acme/api', { auth })).json.id),
    ]
    const only = { install_target: 'selected', 'repository_ids[]': [reports, foreign] }
    expect((await press(github, await installPage(github, 'initech'), only)).status).toBe(200)
    expect(github.installations.at(-1)).toMatchObject({ account: 'initech', repositories: ['reports'] })
    const none = { install_target: 'selected', 'repository_ids[]': [foreign] }
    expect((await press(github, await installPage(github, 'octocat'), none)).status).toBe(422)
  })

  test('by a member asks the owners, once, and leads to the setup URL', async () => {
    const github = await startOAuthGitHub({ app: { setupUrl: SETUP_URL } })
    github.addMember('initech', { login: 'hubot' })
    github.signIn('hubot')
    for (const state of ['1', '2']) {
      const { location } = await press(github, await installPage(github, 'initech', state))
      expect(location?.href).toBe(`${SETUP_URL}&setup_action=request&state=${state}`)
    }
    const requests = await call(github, 'GET /app/installation-requests', { auth: appJwt(github) })
    expect(requests.json).toMatchObject([{ account: { login: 'initech' }, requester: { login: 'hubot' } }])
    expect(github.installations.some(({ account }) => account === 'initech')).toBe(false)
    github.install({ account: 'initech' })
    expect((await call(github, 'GET /app/installation-requests', { auth: appJwt(github) })).json).toEqual([])
  })

  test('signs the user in to an app that wants it, at the callback URL', async () => {
    const github = await startOAuthGitHub({ app: { setupUrl: SETUP_URL, requestOAuthOnInstall: true } })
    github.signIn('stranger')
    const { location } = await press(github, await installPage(github, 'stranger', 's'))
    expect(location?.origin).toBe('https://app.example.com')
    const { code = '', ...rest } = Object.fromEntries(location?.searchParams ?? [])
    const id = github.installations.find(({ account }) => account === 'stranger')?.id
    expect(rest).toEqual({ installation_id: String(id), setup_action: 'install', state: 's' })
    const { access_token: auth } = await exchange(github, { code })
    expect((await call(github, 'GET /user', { auth: String(auth) })).json.login).toBe('stranger')
  })

  test('by somebody who does not belong there is a 404 and changes nothing', async () => {
    const github = await startOAuthGitHub()
    github.signIn('stranger')
    const before = github.installations
    expect((await press(github, await installPage(github, 'initech'))).status).toBe(404)
    expect(github.installations).toEqual(before)
  })

  test('where it is installed already changes nothing, and leads to the same place', async () => {
    const github = await startOAuthGitHub({ app: { setupUrl: SETUP_URL } })
    github.signIn('octocat')
    const before = github.installations
    const { location } = await press(github, await installPage(github, 'acme'))
    expect(location?.searchParams.get('installation_id')).toBe(String(before[0]?.id))
    expect(github.installations).toEqual(before)
  })

  test.for(['/apps/nope/installations/new', '/apps/nope/installations/new/permissions?target_id=1'])(
    'that does not exist is a 404: %s',
    async (path) => {
      const github = await startOAuthGitHub()
      expect((await open(github, path)).status).toBe(404)
    },
  )

  test('cannot lead to a script', async () => {
    await expect(startOAuthGitHub({ app: { setupUrl: 'javascript:alert(1)' } })).rejects.toThrow(TypeError)
  })
})
