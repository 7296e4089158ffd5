import { expect } from 'vitest'
import type { Simulator } from '../../src/index.ts'
import { appJwt, newPrivateKey } from '../support/app-jwt.ts'
import { type Answer, call, installationId, mint, startTestGitHub, tokenFor } from '../support/test-github.ts'
import { ISSUES, promised, seen } from './seen.ts'

/** Modes 1 to 17: what the app, its installations and its tokens run into. Each does what the table says under `how`. */
export const ACCESS_MODES: Readonly<Record<string, () => Promise<void>>> = {
  async 'token-not-replicated'() {
    const github = await startTestGitHub()
    github.setReplicationLag({ tokenMs: 3000 })
    const auth = await tokenFor(github, 'acme')
    expect(seen(await call(github, ISSUES, { auth }))).toEqual(promised('BAD_CREDENTIALS'))
    github.advance(3000)
    expect((await call(github, ISSUES, { auth })).status).toBe(200)
  },
  async 'permissions-not-replicated'() {
    const github = await startTestGitHub()
    github.setReplicationLag({ permissionsMs: 3000 })
    const auth = await tokenFor(github, 'acme')
    expect(seen(await call(github, ISSUES, { auth }))).toEqual(promised('NOT_ACCESSIBLE'))
    github.advance(3000)
    expect((await call(github, ISSUES, { auth })).status).toBe(200)
  },
  async 'key-not-propagated'() {
    const github = await startTestGitHub()
    github.setReplicationLag({ keyMs: 3000 })
    github.deleteKey(github.app.privateKeyFingerprint)
    const key = await github.addKey()
    const ask = async (): Promise<unknown[]> =>
      seen(await call(github, 'GET /app', { auth: appJwt(github, { key }) }))
    expect(await ask()).toEqual(promised('APP_HAS_NO_KEY'))
    github.advance(3000)
    expect((await ask())[0]).toBe(200)
  },
  async 'key-refused'() {
    const github = await startTestGitHub()
    await github.addKey()
    github.deleteKey(github.app.privateKeyFingerprint)
    const refused = [appJwt(github), appJwt(github, { key: newPrivateKey() }), 'ey.ey.ey']
    for (const auth of refused)
      expect(seen(await call(github, 'GET /app', { auth }))).toEqual(promised('JWT_UNDECODABLE'))
  },
  async 'jwt-expires-too-late'() {
    const github = await startTestGitHub()
    github.advance(-5 * 60_000)
    expect(seen(await call(github, 'GET /app', { auth: appJwt(github) }))).toEqual(
      promised('JWT_EXP_TOO_FAR'),
    )
  },
  async 'jwt-expired'() {
    const github = await startTestGitHub()
    github.advance(20 * 60_000)
    expect(seen(await call(github, 'GET /app', { auth: appJwt(github) }))).toEqual(
      promised('JWT_EXP_NOT_FUTURE'),
    )
    expect(await asApp({ exp: 'soon' })).toEqual(promised('JWT_EXP_NOT_FUTURE'))
  },
  async 'jwt-issued-in-future'() {
    const github = await startTestGitHub()
    github.advance(-30_000)
    const auth = appJwt(github, { claims: { iat: 1_767_225_600 } })
    expect(seen(await call(github, 'GET /app', { auth }))).toEqual(promised('JWT_IAT_INVALID'))
    expect(await asApp({ iat: 1_767_225_599.5 })).toEqual(promised('JWT_IAT_INVALID'))
  },
  async 'jwt-issuer-invalid'() {
    expect(await asApp({ iss: 'my-app' })).toEqual(promised('JWT_ISS_INVALID'))
  },
  async 'app-not-found'() {
    expect(await asApp({ iss: 999 })).toEqual(promised('INTEGRATION_NOT_FOUND'))
  },
  async 'installation-not-found'() {
    const github = await startTestGitHub()
    const id = installationId(github, 'acme')
    github.uninstall(id)
    const answer = await call(github, `POST /app/installations/${id}/access_tokens`, { auth: appJwt(github) })
    expect(seen(answer)).toEqual(promised('NOT_FOUND'))
  },
  async 'suspended-at-mint'() {
    const github = await startTestGitHub()
    github.suspend(installationId(github, 'acme'))
    const answer = await mint(github, 'acme')
    expect(seen(answer)).toEqual(promised('INSTALLATION_SUSPENDED'))
    expect(answer.json).toMatchObject({
      status: '403',
      documentation_url:
        'https://docs.github.com/rest/reference/apps#create-an-installation-access-token-for-an-app',
    })
  },
  async 'suspended-token-in-use'() {
    const answer = await afterwards((github, acme) => github.suspend(acme))
    expect(seen(answer)).toEqual(promised('INSTALLATION_SUSPENDED_IN_USE'))
    expect(answer.json.message).toContain('suspended your access')
  },
  async 'permission-not-granted'() {
    const github = await startTestGitHub()
    github.setPermissions(installationId(github, 'acme'), { metadata: 'read' })
    const answer = await mint(github, 'acme', { permissions: { issues: 'read' } })
    expect(seen(answer)).toEqual(promised('PERMISSIONS_NOT_GRANTED'))
  },
  async 'repository-not-in-installation'() {
    const github = await startTestGitHub()
    github.setRepositories(installationId(github, 'acme'), [])
    const answer = await mint(github, 'acme', { repositories: ['api'] })
    expect(seen(answer)).toEqual(promised('REPOSITORY_NOT_IN_INSTALLATION'))
  },
  async 'token-expired-or-revoked'() {
    const revoked = await afterwards((github, _acme, token) => github.revokeToken(token))
    expect(seen(revoked)).toEqual(promised('BAD_CREDENTIALS'))
    const expired = await afterwards((github) => github.advance(3_600_000))
    expect(seen(expired)).toEqual(promised('BAD_CREDENTIALS'))
  },
  async 'permission-insufficient'() {
    const answer = await afterwards((github, acme) => github.setPermissions(acme, { metadata: 'read' }))
    expect(seen(answer)).toEqual(promised('NOT_ACCESSIBLE'))
    expect(answer.headers.get('x-accepted-github-permissions')).toBe('issues=read')
  },
  async 'repository-not-covered'() {
    const answer = await afterwards((github, acme) => github.setRepositories(acme, []))
    expect(seen(answer)).toEqual(promised('NOT_FOUND'))
  },
}

async function asApp(claims: Readonly<Record<string, unknown>>, at = 0): Promise<unknown[]> {
  const github = await startTestGitHub()
  return seen(await call(github, 'GET /app', { auth: appJwt(github, { claims, at }) }))
}

/** Starts with a token that is good, changes something, and uses the token. */
async function afterwards(change: (github: Simulator, acme: number, token: string) => void): Promise<Answer> {
  const github = await startTestGitHub()
  const auth = await tokenFor(github, 'acme')
  expect((await call(github, ISSUES, { auth })).status).toBe(200)
  change(github, installationId(github, 'acme'), auth)
  return call(github, ISSUES, { auth })
}
