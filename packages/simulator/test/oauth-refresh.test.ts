import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { exchange, startOAuthGitHub } from './support/oauth.ts'
import { call } from './support/test-github.ts'

type Answer = Readonly<Record<string, unknown>>

const BAD_REFRESH_TOKEN = {
  error: 'bad_refresh_token',
  error_description: 'The refresh token passed is incorrect or expired.',
  error_uri:
    'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code',
}

function refresh(
  github: Simulator,
  token: string | undefined,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return exchange(github, { grant_type: 'refresh_token', refresh_token: token ?? '', ...more })
}

async function isGood(github: Simulator, token: unknown): Promise<boolean> {
  return (await call(github, 'GET /user', { auth: String(token) })).status === 200
}

describe('A user access token', () => {
  test('is good for eight hours, and not a moment longer than it says', async () => {
    const github = await startOAuthGitHub()
    const { accessToken, expiresAt } = github.authorize({ login: 'octocat' })
    github.advance(28_799_999)
    expect(await isGood(github, accessToken)).toBe(true)
    github.advance(1)
    expect(await isGood(github, accessToken)).toBe(false)
    expect(expiresAt).toBe(Date.UTC(2026, 0, 1, 8))
  })

  test('lives as long as the test says', async () => {
    const github = await startOAuthGitHub()
    const { accessToken } = github.authorize({ login: 'octocat', expiresInMs: 60_000 })
    github.advance(59_999)
    expect(await isGood(github, accessToken)).toBe(true)
    github.advance(1)
    expect(await isGood(github, accessToken)).toBe(false)
  })

  test('of an app that opted out lives for ever, without a refresh token', async () => {
    const github = await startOAuthGitHub({ app: { expiringUserTokens: false } })
    const { accessToken, refreshToken, expiresAt } = github.authorize({ login: 'octocat' })
    expect([refreshToken, expiresAt]).toEqual([undefined, undefined])
    github.advance(10 * 365 * 86_400_000)
    expect(await isGood(github, accessToken)).toBe(true)
  })
})

describe('A refresh token', () => {
  test('is exchanged for a new pair, and ends the old one', async () => {
    const github = await startOAuthGitHub()
    const { accessToken, refreshToken } = github.authorize({ login: 'octocat' })
    const fresh = await refresh(github, refreshToken)
    expect(fresh).toMatchObject({ expires_in: 28_800, refresh_token_expires_in: 15_811_200 })
    expect(await isGood(github, fresh.access_token)).toBe(true)
    expect(await isGood(github, accessToken)).toBe(false)
    expect(await refresh(github, refreshToken)).toEqual(BAD_REFRESH_TOKEN)
    expect(await isGood(github, fresh.access_token)).toBe(true)
  })

  test('is won by exactly one of many who use it at once', async () => {
    const github = await startOAuthGitHub()
    const { refreshToken } = github.authorize({ login: 'octocat' })
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(github, refreshToken)))
    const winners = answers.filter((answer) => 'access_token' in answer)
    expect(winners).toHaveLength(1)
    expect(answers.filter((answer) => !('access_token' in answer))).toEqual(Array(19).fill(BAD_REFRESH_TOKEN))
    expect(await isGood(github, winners[0]?.access_token)).toBe(true)
  })

  test('works after its access token expired, for 183 days', async () => {
    const github = await startOAuthGitHub()
    const { refreshToken } = github.authorize({ login: 'octocat' })
    const { refreshToken: late } = github.authorize({ login: 'octocat' })
    github.advance(15_811_199_999)
    expect(await refresh(github, refreshToken)).toHaveProperty('access_token')
    github.advance(1)
    expect(await refresh(github, late)).toEqual(BAD_REFRESH_TOKEN)
  })

  test('of one app is worth nothing to another, and stays good for the first', async () => {
    const github = await startOAuthGitHub()
    const { refreshToken } = github.authorize({ login: 'octocat', app: 'other' })
    expect(await refresh(github, refreshToken)).toEqual(BAD_REFRESH_TOKEN)
    const other = github.apps[1]
    const credentials = { client_id: other?.clientId ?? '', client_secret: other?.clientSecret ?? '' }
    expect(await refresh(github, refreshToken, credentials)).toHaveProperty('access_token')
  })

  test('of the web flow needs the client secret, even to learn that it is bad', async () => {
    const github = await startOAuthGitHub()
    const { refreshToken } = github.authorize({ login: 'octocat' })
    for (const token of [refreshToken, 'ghr_unknown'])
      expect(await refresh(github, token, { client_secret: '' })).toMatchObject({
        error: 'incorrect_client_credentials',
      })
    expect(await refresh(github, refreshToken)).toHaveProperty('access_token')
  })

  test.for(['ghr_unknown', '', 'x'.repeat(100_000)])('that nobody issued is bad', async (token) => {
    const github = await startOAuthGitHub()
    expect(await refresh(github, token)).toEqual(BAD_REFRESH_TOKEN)
  })

  test('is no access token, and an access token no refresh token', async () => {
    const github = await startOAuthGitHub()
    const { accessToken, refreshToken } = github.authorize({ login: 'octocat' })
    expect(await isGood(github, refreshToken)).toBe(false)
    expect(await refresh(github, accessToken)).toEqual(BAD_REFRESH_TOKEN)
  })

  test('keeps the one repository that its access token was narrowed to', async () => {
    const github = await startOAuthGitHub()
    const { refreshToken } = github.authorize({ login: 'octocat' })
    const auth = github.createPersonalAccessToken('octocat')
    const id = String((await call(github, 'GET /repos/acme/api', { auth })).json.id)
    const unscoped = await refresh(github, refreshToken, { repository_id: id })
    const vault = { auth: String(unscoped.access_token) }
    expect((await call(github, 'GET /repos/acme/vault', vault)).status).toBe(200)
  })

  test('dies with the authorization', async () => {
    const github = await startOAuthGitHub()
    const { accessToken, refreshToken } = github.authorize({ login: 'octocat' })
    const { accessToken: others } = github.authorize({ login: 'hubot' })
    expect(github.revokeAuthorization('octocat')).toBe(true)
    expect(await isGood(github, accessToken)).toBe(false)
    expect(await refresh(github, refreshToken)).toEqual(BAD_REFRESH_TOKEN)
    expect(await isGood(github, others)).toBe(true)
    expect(github.revokeAuthorization('octocat')).toBe(false)
  })
})

describe('The token endpoint', () => {
  async function ask(
    github: Simulator,
    { query = '', ...init }: RequestInit & { readonly query?: string },
  ): Promise<{ readonly type: string | null; readonly text: string; readonly status: number }> {
    const response = await fetch(`${github.url}/login/oauth/access_token${query}`, {
      method: 'POST',
      ...init,
    })
    return {
      type: response.headers.get('content-type'),
      text: await response.text(),
      status: response.status,
    }
  }

  test('answers form-encoded unless asked for JSON or XML, errors too', async () => {
    const github = await startOAuthGitHub()
    const body = { client_id: 'nope' }
    const answer = (accept: string) => ask(github, { headers: { accept }, body: new URLSearchParams(body) })
    expect(await answer('*/*')).toMatchObject({
      status: 200,
      type: 'application/x-www-form-urlencoded; charset=utf-8',
      text: expect.stringMatching(/^error=incorrect_client_credentials&error_description=The\+client_id/),
    })
    expect(await answer('application/json')).toMatchObject({
      status: 200,
      type: 'application/json; charset=utf-8',
      text: expect.stringContaining('"error":"incorrect_client_credentials"'),
    })
    expect(await answer('application/xml')).toMatchObject({
      status: 200,
      type: 'application/xml; charset=utf-8',
      text: expect.stringContaining('<error>incorrect_client_credentials</error>'),
    })
  })

  test('takes parameters from a form, from JSON, and from the query', async () => {
    const github = await startOAuthGitHub()
    const parameters = (): Record<string, string> => ({
      client_id: github.app.clientId,
      client_secret: github.app.clientSecret,
      grant_type: 'refresh_token',
      refresh_token: github.authorize({ login: 'octocat' }).refreshToken ?? '',
    })
    const answers = await Promise.all([
      ask(github, { body: new URLSearchParams(parameters()) }),
      ask(github, {
        body: JSON.stringify(parameters()),
        headers: { 'content-type': 'application/json' },
      }),
      ask(github, { query: `?${new URLSearchParams(parameters())}` }),
    ])
    for (const { text } of answers) expect(text).toMatch(/^access_token=ghu_/)
  })

  test('takes the client’s credentials as Basic, and no contradiction', async () => {
    const github = await startOAuthGitHub()
    const { clientId, clientSecret } = github.app
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
    const answer = (more: Record<string, string>) =>
      ask(github, {
        headers: { authorization },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: github.authorize({ login: 'octocat' }).refreshToken ?? '',
          ...more,
        }),
      })
    expect((await answer({})).text).toMatch(/^access_token=/)
    expect((await answer({ client_id: github.apps[1]?.clientId ?? '' })).text).toMatch(
      /^error=incorrect_client_credentials/,
    )
    expect((await answer({ client_secret: 'wrong' })).text).toMatch(/^error=incorrect_client_credentials/)
  })

  test('refuses grants that GitHub does not have', async () => {
    const github = await startOAuthGitHub()
    for (const grant of ['password', 'client_credentials', 'toString'])
      expect(await exchange(github, { grant_type: grant })).toMatchObject({ error: 'unsupported_grant_type' })
  })

  test('answers JSON that is none with a 400, and stays up', async () => {
    const github = await startOAuthGitHub()
    const headers = { 'content-type': 'application/json' }
    for (const body of ['{', '[]', 'null', '"x"'])
      expect((await ask(github, { body, headers })).status).toBe(400)
    expect((await ask(github, { body: 'x'.repeat(1_100_000) })).status).toBe(413)
    expect(await isGood(github, github.authorize({ login: 'octocat' }).accessToken)).toBe(true)
  })
})
