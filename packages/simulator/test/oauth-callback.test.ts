import { describe, expect, test } from 'vitest'
import { authorizePath, startOAuthGitHub } from './support/oauth.ts'
import { open, press } from './support/web-pages.ts'

const CALLBACK = 'https://app.example.com/callback'

describe('A callback URL', () => {
  test.for([
    ['registered first, when none is named', undefined, CALLBACK],
    ['registered', CALLBACK, CALLBACK],
    ['registered, and second', 'myapp://done', 'myapp://done'],
    ['the loopback address with another port', 'http://127.0.0.1:4711/cb', 'http://127.0.0.1:4711/cb'],
    ['the IPv6 loopback address with another port', 'http://[::1]:4711/cb', 'http://[::1]:4711/cb'],
  ] as const)('is used when it is %s', async ([, asked, used]) => {
    const github = await startOAuthGitHub()
    const page = await open(github, authorizePath(github, asked === undefined ? {} : { redirect_uri: asked }))
    const { location } = await press(github, page, { authorize: '1', login: 'octocat' })
    expect(location?.href).toBe(`${used}?code=${location?.searchParams.get('code')}`)
  })

  test.for([
    'https://app.example.com/callback/',
    'https://app.example.com/callback/deeper',
    'https://app.example.com/callback?next=evil',
    'https://app.example.com/callback#fragment',
    'https://app.example.com:444/callback',
    'http://app.example.com/callback',
    'https://app.example.com.evil.example/callback',
    'https://app.example.com@evil.example/callback',
    'https://evil.example/?https://app.example.com/callback',
    '//evil.example/callback',
    '/callback',
    '',
    'http://127.1/cb',
    'http://127.0.0.1/x/../cb',
    'HTTP://127.0.0.1/cb',
    ' http://127.0.0.1/cb',
    'http://127.0.0.1:99999/cb',
    'javascript:alert(1)//https://app.example.com/callback',
    'data:text/html,x',
    'http://127.0.0.1:4711/other',
    'http://127.0.0.1:1@evil.example/cb',
    'http://user@127.0.0.1:4711/cb',
    'http://127.0.0.1:4711/cb?x=1',
    'http://127.0.0.1:4711/cb#x',
    'https://127.0.0.1:4711/cb',
    'http://127.0.0.2:4711/cb',
    'http://localhost:4711/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://127.0.0.1:99999/cb',
    `http://127.0.0.1:${'0'.repeat(6_000)}80/cb`,
    'http://[::1]:4711\\@evil.example/cb',
    `https://app.example.com/${'x'.repeat(6_000)}`,
  ])('is a page that leads nowhere when it is %s', async (asked) => {
    const github = await startOAuthGitHub()
    github.signIn('octocat')
    github.authorize({ login: 'octocat' })
    const { status, location, text } = await open(github, authorizePath(github, { redirect_uri: asked }))
    expect([status, location]).toEqual([400, undefined])
    expect(text).not.toContain('<form')
    expect(text).not.toContain('<a ')
  })

  test.for(['javascript:alert(1)', 'data:text/html,x', 'nowhere'])(
    'cannot be registered as %s',
    async (url) => {
      await expect(startOAuthGitHub({ app: { callbackUrls: [url] } })).rejects.toThrow(TypeError)
    },
  )
})
