import { githubError } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { pemKey } from '../../src/index.ts'
import { MINT, startGitHub } from '../github.ts'
import { errorWithCode } from '../rejection.ts'
import { isMint, json, minted, scriptedGitHub } from '../scripted-github.ts'

const acmeSuspended = { login: 'acme', repositories: [{ name: 'api' }], installation: { id: 7 } }

describe('a mint that GitHub refuses', () => {
  it('says that the app is not installed, and where to install it', async () => {
    const { time, auth, simulator } = await startGitHub()
    const error = await errorWithCode(
      'NOT_INSTALLED',
      time.settle(auth().installation({ installationId: 99 }).token()),
    )
    const installUrl = `${simulator.url}/apps/hubauth-test-app/installations/new`
    expect(error.details).toEqual({ installUrl })
    expect(error.message).toContain('installation 99')
    expect(error.message).toContain(installUrl)
    expect(error.status).toBe(404)
  })

  it('says that the installation is suspended, and works again when it no longer is', async () => {
    const { time, auth, simulator } = await startGitHub({ accounts: [acmeSuspended] })
    const acme = auth().installation({ owner: 'acme' })
    simulator.suspend(7)
    const error = await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.token()))
    expect(error.message).toContain('acme (installation 7) is suspended')
    simulator.unsuspend(7)
    await time.pass(60_000)
    await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.token()))
    expect((await time.settle(acme.token())).installationId).toBe(7)
  })

  it('compares what was requested with what is granted', async () => {
    const { time, auth } = await startGitHub({
      accounts: [{ login: 'acme', installation: { permissions: { issues: 'read', contents: 'write' } } }],
    })
    const acme = auth().installation({ owner: 'acme', permissions: { issues: 'write', checks: 'read' } })
    const error = await errorWithCode('PERMISSION_NOT_GRANTED', time.settle(acme.token()))
    expect(error.details).toEqual({
      requested: { issues: 'write', checks: 'read' },
      granted: { issues: 'read', contents: 'write', metadata: 'read' },
    })
    for (const part of ['issues: write', 'checks: read', 'contents: write'])
      expect(error.message).toContain(part)
  })

  it('still says which permissions were requested when GitHub does not tell what is granted', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.fail({ route: '/app/installations/{installation_id}', response: githubError('NOT_FOUND') })
    const acme = auth().installation({ owner: 'acme', permissions: { organization_plan: 'read' } })
    const error = await errorWithCode('PERMISSION_NOT_GRANTED', time.settle(acme.token()))
    expect(error.details).toEqual({ requested: { organization_plan: 'read' } })
  })

  it('names the repositories that were asked for', async () => {
    const { time, auth } = await startGitHub()
    const app = auth()
    const byName = app.installation({ owner: 'acme', repositories: ['api', 'nope'] })
    const error = await errorWithCode('REPOSITORY_NOT_ACCESSIBLE', time.settle(byName.token()))
    expect(error.details).toEqual({ requested: ['api', 'nope'] })
    expect(error.message).toContain('api, nope')
    const byId = app.installation({ owner: 'acme', repositoryIds: [12_345] })
    const other = await errorWithCode('REPOSITORY_NOT_ACCESSIBLE', time.settle(byId.token()))
    expect(other.details).toEqual({ requested: [12_345] })
  })

  it('names ten repositories of many in its message, and all in its details', async () => {
    const { time, auth } = await startGitHub()
    const repositories = Array.from({ length: 500 }, (_, index) => `r-${index}`)
    const error = await errorWithCode(
      'REPOSITORY_NOT_ACCESSIBLE',
      time.settle(auth().installation({ owner: 'acme', repositories }).token()),
    )
    expect(error.message.length).toBeLessThan(400)
    expect(error.details.requested).toHaveLength(500)
  })

  it.each([
    'Too many repositories: an access token can be limited to at most 400 repositories.',
    'The combination of permissions and repositories is too complex; at most 120 repositories.',
    "Invalid request.\n\nFor 'properties/repositories', 1 is not a string.",
  ])('passes on what it cannot tell better: %j', async (message) => {
    const { time, auth } = scriptedGitHub((request) =>
      isMint(request) ? json({ message }, { status: 422 }) : undefined,
    )
    const handle = auth().installation({
      installationId: 7,
      repositories: ['api'],
      permissions: { issues: 'read' },
    })
    const error = await errorWithCode('GITHUB_REFUSED', time.settle(handle.token()))
    expect(error.details).toEqual({ githubStatus: 422 })
    expect(error.message).toContain(message.split('\n')[0]?.slice(0, 40))
  })

  it('says that the App ID is wrong', async () => {
    const { time, auth } = await startGitHub()
    for (const appId of [4_711, 'Iv23liNoSuchApp']) {
      const error = await errorWithCode(
        'APP_NOT_FOUND',
        time.settle(auth({ appId }).installation({ owner: 'acme' }).token()),
      )
      expect(error.message).toContain(JSON.stringify(appId))
      expect(error.message).toMatch(/App ID or client ID.*baseUrl/)
    }
  })

  it('says that the key does not belong to the app', async () => {
    const { time, auth, simulator } = await startGitHub()
    const key = time.trackKey(pemKey(rsaKey({ label: 'of another app' }).pkcs1))
    const error = await errorWithCode(
      'KEY_REFUSED',
      time.settle(auth({ key }).installation({ owner: 'acme' }).token()),
    )
    expect(error.message).toContain('could not be decoded')
    expect(error.message).toContain(simulator.app.clientId)
  })

  it.each([
    [
      'an HTML page',
      () => new Response('<html>Sign in</html>', { headers: { 'content-type': 'text/html' } }),
    ],
    ['an HTML page that is not found', () => new Response('<html>Not here</html>', { status: 404 })],
    ['nothing', () => new Response(null, { status: 204 })],
    ['some other JSON', () => json({ hello: 'world' })],
    ['a list', () => json([1], { status: 201 })],
    ['no expiry', () => json({ token: 'ghs_1' }, { status: 201 })],
    ['an expiry that is no date', () => minted('ghs_1', 0, { expires_at: 'soon' })],
    ['an empty token', () => minted('', 0)],
    ['a token that is no text', () => minted('', 0, { token: { value: 'ghs_1' } })],
  ])('says that baseUrl is no GitHub API when it answers %s', async (_, answer) => {
    const { time, auth } = scriptedGitHub(answer)
    for (const target of [{ installationId: 7 }, { owner: 'acme' }, { owner: 'acme', repository: 'api' }]) {
      const error = await errorWithCode(
        'UNEXPECTED_RESPONSE',
        time.settle(auth().installation(target).token()),
      )
      expect(error.message).toContain('baseUrl')
    }
  })

  it('says that GitHub is down when nobody listens', async () => {
    const { time, auth, simulator } = await startGitHub()
    await simulator.close()
    const error = await errorWithCode(
      'GITHUB_UNAVAILABLE',
      time.settle(auth().installation({ owner: 'acme' }).token()),
    )
    expect(error.retryable).toBe(true)
    expect(error.message).toMatch(/^http:\/\/127\.0\.0\.1:\d+ could not be reached/)
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('takes any other refusal as it comes, with the status of GitHub', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.fail({
      route: MINT,
      response: { status: 451, body: { message: 'Unavailable for legal reasons.' } },
    })
    const error = await errorWithCode(
      'GITHUB_REFUSED',
      time.settle(auth().installation({ owner: 'acme' }).token()),
    )
    expect(error.details).toEqual({ githubStatus: 451 })
    expect(error.message).toContain('GitHub answered 451: Unavailable for legal reasons. Read')
  })
})
