import { describe, expect, test } from 'vitest'
import { authorizePath, startOAuthGitHub, tokens } from './support/oauth.ts'
import { open, post, press } from './support/web-pages.ts'

const AUTHORIZE = '/login/oauth/authorize'

describe('A page', () => {
  test.for([
    AUTHORIZE,
    '/login/device',
    '/apps/hubauth-test-app/installations/new',
    '/login/oauth/authorize?x',
  ])('%s can be framed by nobody, kept by nobody, and runs no script', async (path) => {
    const github = await startOAuthGitHub()
    const { headers, text } = await open(github, path)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(text).not.toContain('<script')
  })

  test('shows the names of apps, users and parameters as text', async () => {
    const evil = `"><script>alert('x')</script>`
    const github = await startOAuthGitHub({ app: { name: evil } })
    const pages = await Promise.all([
      open(github, authorizePath(github, { state: evil, login: evil })),
      open(github, `/login/device?user_code=${encodeURIComponent(evil)}`),
      open(github, `/apps/${github.app.slug}/installations/new?state=${encodeURIComponent(evil)}`),
      post(github, '/login/device', { user_code: evil }),
    ])
    for (const { text } of pages) expect(text).not.toMatch(/<script|alert\('x'\)/)
  })

  test.for([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['another site, by the browser’s own word', { 'sec-fetch-site': 'cross-site' }],
  ] as const)('does not count when it comes from %s', async ([, headers]) => {
    const github = await startOAuthGitHub()
    const page = await open(github, authorizePath(github))
    const fields = { authenticity_token: tokens(page.text), authorize: '1', login: 'octocat' }
    expect((await post(github, AUTHORIZE, fields, headers)).status).toBe(422)
    expect((await post(github, AUTHORIZE, fields, { origin: github.url })).status).toBe(302)
  })

  test('does not count once somebody else is signed in than saw it', async () => {
    const github = await startOAuthGitHub()
    github.signIn('octocat')
    const page = await open(github, authorizePath(github))
    github.signIn('hubot')
    expect((await press(github, page, { authorize: '1' })).status).toBe(422)
  })

  test('lets browsers send its form to GitHub and to the callback URL alone', async () => {
    const github = await startOAuthGitHub()
    const { headers } = await open(github, authorizePath(github))
    expect(headers.get('content-security-policy')).toContain("form-action 'self' https://app.example.com")
    const native = await open(github, authorizePath(github, { redirect_uri: 'myapp://done' }))
    expect(native.headers.get('content-security-policy')).toMatch(/form-action 'self' myapp:$/)
  })

  test('that sends a code on is kept by nobody, and tells its address to nobody', async () => {
    const github = await startOAuthGitHub()
    const page = await open(github, authorizePath(github))
    const { headers } = await press(github, page, { authorize: '1', login: 'octocat' })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('same-origin')
  })

  test('counts once, and never without its token or with that of another page', async () => {
    const github = await startOAuthGitHub()
    const page = await open(github, authorizePath(github))
    const chosen = { authorize: '1', login: 'octocat' }
    expect((await post(github, AUTHORIZE, chosen)).status).toBe(422)
    expect(
      (await post(github, '/login/device', { ...chosen, authenticity_token: tokens(page.text) })).status,
    ).toBe(422)
    expect((await press(github, page, chosen)).status).toBe(302)
    expect((await press(github, page, chosen)).status).toBe(422)
  })

  test.for(['acme', 'nobody', '', 'hubauth-test-app[bot]'])(
    'is not signed by "%s", who is no user',
    async (login) => {
      const github = await startOAuthGitHub()
      const page = await open(github, authorizePath(github))
      expect((await press(github, page, { authorize: '1', login })).status).toBe(422)
    },
  )
})
