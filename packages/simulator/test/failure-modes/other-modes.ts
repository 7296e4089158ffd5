import { expect } from 'vitest'
import type { Simulator } from '../../src/index.ts'
import { appJwt } from '../support/app-jwt.ts'
import { exchange, grantedCode, startOAuthGitHub } from '../support/oauth.ts'
import { call, installationId, mint, startTestGitHub, tokenFor } from '../support/test-github.ts'
import { hmac, startReceiver } from '../support/webhook-receiver.ts'
import { ISSUES, promised, seen } from './seen.ts'

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** Modes 18 to 30: limits, outages, users, git, webhooks. Each does what the table says under `how`. */
export const OTHER_MODES: Readonly<Record<string, () => Promise<void>>> = {
  async 'primary-rate-limit'() {
    const github = await startTestGitHub()
    const values = { subject: 'installation ID 40000001' }
    github.fail({ mode: 'primary-rate-limit' })
    const answer = await call(github, 'GET /meta')
    expect(seen(answer)).toEqual(promised('RATE_LIMIT_EXCEEDED', values))
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(answer.headers.get('x-ratelimit-reset')).toBe('1767225660')
    github.fail({ mode: 'primary-rate-limit', status: 429, values: { subject: 'user ID 7' } })
    const other = await call(github, 'GET /meta')
    expect([other.status, other.json.message]).toEqual([429, 'API rate limit exceeded for user ID 7.'])
  },
  async 'secondary-rate-limit'() {
    const github = await startTestGitHub()
    github.fail({ mode: 'secondary-rate-limit' })
    github.fail({ mode: 'secondary-rate-limit', headers: { 'Retry-After': null }, status: 429 })
    const answer = await call(github, 'GET /meta')
    expect(seen(answer)).toEqual(promised('SECONDARY_RATE_LIMIT'))
    expect(answer.headers.get('retry-after')).toBe('60')
    const bare = await call(github, 'GET /meta')
    expect([bare.status, bare.headers.get('retry-after')]).toEqual([429, null])
  },
  async 'too-many-bad-logins'() {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const locked = github.fail({ mode: 'too-many-bad-logins', times: 'always' })
    for (const credential of [auth, appJwt(github), 'ghs_totally_bogus'])
      expect(seen(await call(github, 'GET /rate_limit', { auth: credential }))).toEqual(
        promised('TOO_MANY_BAD_LOGINS'),
      )
    locked.remove()
    expect((await call(github, ISSUES, { auth })).status).toBe(200)
  },
  async 'server-outage'() {
    const github = await startTestGitHub()
    github.fail({ mode: 'server-outage' })
    github.fail({ mode: 'server-outage', after: 1, status: 503 })
    github.fail({ response: 'html', after: 2 })
    github.fail({ response: 'reset', after: 3 })
    expect(seen(await mint(github, 'acme'))).toEqual(promised('SERVER_ERROR'))
    expect(seen(await mint(github, 'acme'))).toEqual([503, 'Server Error'])
    expect(seen(await mint(github, 'acme'))).toEqual([502, expect.stringContaining('<html')])
    await expect(mint(github, 'acme')).rejects.toThrow('fetch failed')
    expect(github.mints).toBe(0)
  },
  async 'request-malformed'() {
    const github = await startTestGitHub()
    expect(seen(await mint(github, 'acme', '{'))).toEqual(promised('BODY_NOT_JSON'))
    expect(seen(await mint(github, 'acme', '[]'))).toEqual(promised('BODY_NOT_OBJECT'))
    const anonymous = await call(github, 'GET /meta', { headers: { 'user-agent': '' } })
    expect(seen(anonymous)).toEqual(promised('USER_AGENT_MISSING'))
    const versioned = await call(github, 'GET /meta', { headers: { 'x-github-api-version': '2020-02-02' } })
    expect([versioned.status, versioned.json.message]).toEqual([
      400,
      expect.stringContaining('"2020-02-02", is not a supported version'),
    ])
  },
  async 'too-many-repositories'() {
    const names = Array.from({ length: 501 }, (_, index) => `r${index}`)
    const repositories = names.map((name) => ({ name }))
    const github = await startTestGitHub({ accounts: [{ login: 'acme', repositories, installation: {} }] })
    expect((await mint(github, 'acme', { repositories: names.slice(1) })).status).toBe(201)
    const answer = await mint(github, 'acme', { repositories: names })
    expect(seen(answer)).toEqual(promised('TOO_MANY_REPOSITORIES', { maximum: '500' }))
  },
  async 'stateless-token'() {
    const token = await tokenFor(await startTestGitHub(), 'acme')
    expect([token.split('.').length, token.length > 500]).toEqual([3, true])
    expect(token).toMatch(/^ghs_\d+_ey/)
    expect(await tokenFor(await startTestGitHub({ tokenFormat: 'classic' }), 'acme')).toMatch(/^ghs_\w{36}$/)
  },
  async 'oauth-code-refused'() {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github)
    const refused = async (fields: Record<string, string>): Promise<unknown> =>
      (await exchange(github, fields)).error
    expect(await refused({ code, client_secret: 'wrong' })).toBe('incorrect_client_credentials')
    expect(await refused({ code, redirect_uri: 'https://evil.example' })).toBe('redirect_uri_mismatch')
    const fresh = await grantedCode(github)
    expect(await exchange(github, { code: fresh })).toHaveProperty('access_token')
    expect(await refused({ code: fresh })).toBe('bad_verification_code')
  },
  async 'refresh-token-race'() {
    const github = await startOAuthGitHub()
    const { accessToken, refreshToken = '' } = github.authorize({ login: 'octocat' })
    const race = { grant_type: 'refresh_token', refresh_token: refreshToken }
    const answers = await Promise.all([exchange(github, race), exchange(github, race)])
    expect(answers.filter((answer) => 'access_token' in answer)).toHaveLength(1)
    expect(answers.filter(({ error }) => error === 'bad_refresh_token')).toHaveLength(1)
    expect(seen(await call(github, 'GET /user', { auth: accessToken }))).toEqual(promised('BAD_CREDENTIALS'))
  },
  async 'device-flow-not-done'() {
    const github = await startOAuthGitHub()
    const begin = async (): Promise<Readonly<Record<string, unknown>>> => {
      const body = new URLSearchParams({ client_id: github.app.clientId })
      const headers = { accept: 'application/json' }
      return JSON.parse(
        await (await fetch(`${github.url}/login/device/code`, { method: 'POST', body, headers })).text(),
      )
    }
    const poll = async (device: Readonly<Record<string, unknown>>): Promise<unknown> =>
      (
        await exchange(github, {
          client_secret: '',
          grant_type: DEVICE_GRANT,
          device_code: String(device.device_code),
        })
      ).error
    const device = await begin()
    expect([await poll(device), await poll(device)]).toEqual(['authorization_pending', 'slow_down'])
    github.advance(900_000)
    expect(await poll(device)).toBe('expired_token')
    const denied = await begin()
    github.denyDevice(String(denied.user_code))
    expect(await poll(denied)).toBe('access_denied')
    const off = await startOAuthGitHub({ app: { deviceFlow: false } })
    const response = await fetch(`${off.url}/login/device/code`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: off.app.clientId }),
      headers: { accept: 'application/json' },
    })
    expect(await response.text()).toContain('device_flow_disabled')
  },
  async 'git-refused'() {
    const github = await startTestGitHub()
    const token = await tokenFor(github, 'acme')
    expect(await gitRefs(github, undefined)).toEqual(promised('GIT_AUTHENTICATION_REQUIRED'))
    github.setPermissions(installationId(github, 'acme'), { contents: 'read' })
    expect(await gitRefs(github, token, 'git-receive-pack')).toEqual([
      403,
      expect.stringMatching(/denied to|not granted/),
    ])
    github.setRepositories(installationId(github, 'acme'), ['docs'])
    expect(await gitRefs(github, token)).toEqual(promised('GIT_NOT_FOUND'))
    github.revokeToken(token)
    expect(await gitRefs(github, token)).toEqual(promised('GIT_BAD_CREDENTIALS'))
  },
  async 'webhook-delivery-spoiled'() {
    const github = await startTestGitHub()
    const { url, received } = await startReceiver()
    const delivery = { event: 'ping', payload: { zen: 'Keep it.' }, url }
    const { guid } = await github.deliver(delivery)
    await github.deliver({ ...delivery, id: guid })
    await github.deliver({ ...delivery, secret: 'another' })
    await github.deliver({ ...delivery, tamper: 'signature' })
    const secret = github.app.webhookSecret
    const good = received.map(
      ({ headers, body }) => headers['x-hub-signature-256'] === hmac('sha256', { body, secret }),
    )
    expect(good).toEqual([true, true, false, false])
    expect(received[1]?.headers['x-github-delivery']).toBe(guid)
  },
  async 'repository-moved'() {
    const github = await startTestGitHub()
    const auth = appJwt(github)
    github.renameRepository('acme/api', 'api2')
    const answer = await call(github, 'GET /repos/acme/api/installation', { auth })
    expect(seen(answer)).toEqual(promised('MOVED_PERMANENTLY'))
    const target = String(answer.headers.get('location')).slice(github.url.length)
    expect((await call(github, `GET ${target}`, { auth })).status).toBe(200)
  },
}

async function gitRefs(
  github: Simulator,
  token: string | undefined,
  service = 'git-upload-pack',
): Promise<unknown[]> {
  const headers = token === undefined ? {} : { authorization: `Basic ${btoa(`x-access-token:${token}`)}` }
  const response = await fetch(`${github.url}/acme/api.git/info/refs?service=${service}`, { headers })
  return [response.status, await response.text()]
}
