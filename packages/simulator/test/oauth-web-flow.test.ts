import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { authorizePath, exchange, grantedCode, startOAuthGitHub } from './support/oauth.ts'
import { call, installationId, tokenFor } from './support/test-github.ts'
import { open, press } from './support/web-pages.ts'

const CALLBACK = 'https://app.example.com/callback'
const AUTHORIZE = '/login/oauth/authorize'

describe('A user who is sent to GitHub', () => {
  test('chooses who they are, allows the app, and comes back with a code and the state', async () => {
    const github = await startOAuthGitHub()
    const page = await open(github, authorizePath(github, { state: 'a b&c', redirect_uri: CALLBACK }))
    expect(page.status).toBe(200)
    const { status, location } = await press(github, page, { authorize: '1', login: 'octocat' })
    expect(status).toBe(302)
    expect(location?.origin).toBe('https://app.example.com')
    expect(location?.searchParams.get('state')).toBe('a b&c')
    const answer = await exchange(github, { code: location?.searchParams.get('code') ?? '' })
    expect(answer).toEqual({
      access_token: expect.stringMatching(/^ghu_\w{36}$/),
      expires_in: 28_800,
      refresh_token: expect.stringMatching(/^ghr_\w{76}$/),
      refresh_token_expires_in: 15_811_200,
      token_type: 'bearer',
      scope: '',
    })
    const { json } = await call(github, 'GET /user', { auth: String(answer.access_token) })
    expect(json.login).toBe('octocat')
  })

  test('comes back with the documented error after Cancel', async () => {
    const github = await startOAuthGitHub()
    const page = await open(github, authorizePath(github, { state: 'xyz' }))
    const { location } = await press(github, page, { authorize: '0' })
    expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({
      error: 'access_denied',
      error_description: 'The user has denied your application access.',
      error_uri:
        'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/#access-denied',
      state: 'xyz',
    })
  })

  test('is sent on at once when signed in and the app is allowed already', async () => {
    const github = await startOAuthGitHub()
    github.signIn('octocat')
    expect((await open(github, authorizePath(github))).status).toBe(200)
    github.authorize({ login: 'octocat' })
    const { status, location } = await open(github, authorizePath(github, { state: 's' }))
    expect([status, location?.searchParams.get('state')]).toEqual([302, 's'])
    expect(location?.searchParams.get('code')).toMatch(/^[\da-f]{20}$/)
  })

  test.for([
    ['the account picker is asked for', { prompt: 'select_account' }],
    ['another account is suggested', { login: 'hubot' }],
  ] as const)('sees the page when %s, although the app is allowed already', async ([, parameters]) => {
    const github = await startOAuthGitHub()
    github.signIn('octocat')
    github.authorize({ login: 'octocat' })
    expect((await open(github, authorizePath(github, parameters))).status).toBe(200)
  })

  test('is asked again after the authorization was taken back', async () => {
    const github = await startOAuthGitHub()
    github.signIn('octocat')
    github.authorize({ login: 'octocat' })
    github.revokeAuthorization('octocat')
    expect((await open(github, authorizePath(github))).status).toBe(200)
  })

  test('can pick another account than the one that is signed in only when there is a picker', async () => {
    const github = await startOAuthGitHub()
    github.signIn('octocat')
    const login = async (parameters: Readonly<Record<string, string>>): Promise<unknown> => {
      const page = await open(github, authorizePath(github, parameters))
      const { location } = await press(github, page, { authorize: '1', login: 'hubot' })
      const { access_token: auth } = await exchange(github, {
        code: location?.searchParams.get('code') ?? '',
      })
      return (await call(github, 'GET /user', { auth: String(auth) })).json.login
    }
    expect(await login({})).toBe('octocat')
    expect(await login({ prompt: 'select_account' })).toBe('hubot')
  })

  test('sees a 404 for a client id that nobody has', async () => {
    const github = await startOAuthGitHub()
    expect((await open(github, `${AUTHORIZE}?client_id=nope`)).status).toBe(404)
    expect((await open(github, AUTHORIZE)).status).toBe(404)
  })

  test.for([
    ['a challenge without a method', { code_challenge: 'a'.repeat(43) }],
    ['the method plain', { code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' }],
    ['a method without a challenge', { code_challenge_method: 'S256' }],
    ['a challenge of the wrong length', { code_challenge: 'a'.repeat(42), code_challenge_method: 'S256' }],
  ] as const)('comes back with an error for %s', async ([, parameters]) => {
    const github = await startOAuthGitHub()
    const { status, location } = await open(github, authorizePath(github, parameters))
    expect([status, location?.searchParams.get('error')]).toEqual([302, 'invalid_request'])
  })
})

describe('A code', () => {
  test('is good once', async () => {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github)
    expect(await exchange(github, { code })).toHaveProperty('access_token')
    expect(await exchange(github, { code })).toMatchObject({ error: 'bad_verification_code' })
  })

  test('is good for one of many who present it at once', async () => {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github)
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(github, { code })))
    expect(answers.filter((answer) => 'access_token' in answer)).toHaveLength(1)
  })

  test.for([
    [599_999, 'access_token'],
    [600_000, 'error'],
  ] as const)('%i ms old gets an %s', async ([ms, member]) => {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github)
    github.advance(ms)
    expect(await exchange(github, { code })).toHaveProperty(member)
  })

  test('of one app is worth nothing to another, and stays good for the first', async () => {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github)
    const other = github.apps.find(({ slug }) => slug === 'other')
    const stolen = await exchange(github, {
      code,
      client_id: other?.clientId ?? '',
      client_secret: other?.clientSecret ?? '',
    })
    expect(stolen).toMatchObject({ error: 'bad_verification_code' })
    expect(await exchange(github, { code })).toHaveProperty('access_token')
  })

  test.for([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['an empty secret', { client_secret: '' }],
    ['an unknown client', { client_id: 'nope' }],
    ['the id of the app instead of the client id', { client_id: '1001001' }],
  ] as const)('is not exchanged with %s, and stays good', async ([, wrong]) => {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github)
    expect(await exchange(github, { code, ...wrong })).toEqual({
      error: 'incorrect_client_credentials',
      error_description: 'The client_id and/or client_secret passed are incorrect.',
      error_uri:
        'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#incorrect-client-credentials',
    })
    expect(await exchange(github, { code })).toHaveProperty('access_token')
  })

  test('is used up by a redirect_uri that is not the one it was made for', async () => {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github, { redirect_uri: 'http://127.0.0.1:1/cb' })
    expect(await exchange(github, { code, redirect_uri: 'http://127.0.0.1:2/cb' })).toMatchObject({
      error: 'redirect_uri_mismatch',
    })
    expect(await exchange(github, { code })).toMatchObject({ error: 'bad_verification_code' })
  })

  test('dies with the authorization', async () => {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github)
    github.revokeAuthorization('octocat')
    github.authorize({ login: 'octocat' })
    expect(await exchange(github, { code })).toMatchObject({ error: 'bad_verification_code' })
  })

  const verifier = 'v'.repeat(50)
  const challenge = {
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }

  test('with a challenge is exchanged for its verifier', async () => {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github, challenge)
    expect(await exchange(github, { code, code_verifier: verifier })).toHaveProperty('access_token')
  })

  test.for([
    ['no verifier', {}],
    ['another verifier', { code_verifier: 'w'.repeat(50) }],
    ['the challenge itself', { code_verifier: challenge.code_challenge }],
    ['a verifier that is too short', { code_verifier: 'v' }],
    ['a huge verifier', { code_verifier: 'v'.repeat(100_000) }],
  ] as const)('with a challenge is not exchanged for %s', async ([, sent]) => {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github, challenge)
    expect(await exchange(github, { code, ...sent })).toMatchObject({ error: 'bad_verification_code' })
  })

  test('without a challenge is exchanged whatever verifier is sent', async () => {
    const github = await startOAuthGitHub()
    const code = await grantedCode(github)
    expect(await exchange(github, { code, code_verifier: verifier })).toHaveProperty('access_token')
  })

  test('becomes a token for one repository when asked, unless app or user do not reach it', async () => {
    const github = await startOAuthGitHub()
    const id = async (name: string): Promise<string> => {
      const auth = github.createPersonalAccessToken('octocat')
      return String((await call(github, `GET /repos/acme/${name}`, { auth })).json.id)
    }
    const [api, vault] = [await id('api'), await id('vault')]
    const scoped = await exchange(github, { code: await grantedCode(github), repository_id: api })
    const auth = String(scoped.access_token)
    expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(200)
    expect((await call(github, 'GET /repos/acme/vault', { auth })).status).toBe(404)
    github.setRepositories(installationId(github, 'acme'), ['api', 'docs'])
    const foreign = await call(github, 'GET /repos/globex/web', { auth: await tokenFor(github, 'globex') })
    for (const unreached of [vault, String(foreign.json.id), '1', 'nope']) {
      const ignored = await exchange(github, { code: await grantedCode(github), repository_id: unreached })
      const unscoped = String(ignored.access_token)
      expect((await call(github, 'GET /repos/acme/api', { auth: unscoped })).status).toBe(200)
    }
  })
})

test('A form in parts is a form, and one that is broken is a 400', async () => {
  const github = await startOAuthGitHub()
  const form = new FormData()
  form.set('client_id', github.app.clientId)
  form.set('client_secret', github.app.clientSecret)
  form.set('code', await grantedCode(github))
  const send = (body: FormData | string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${github.url}/login/oauth/access_token`, {
      method: 'POST',
      headers: { accept: 'application/json', ...headers },
      body,
    })
  expect(await (await send(form)).json()).toMatchObject({ token_type: 'bearer' })
  const broken = await send('--x\r\njunk', { 'content-type': 'multipart/form-data; boundary=x' })
  expect(broken.status).toBe(400)
})
