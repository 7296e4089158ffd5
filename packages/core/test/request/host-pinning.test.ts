import { describe, expect, it } from 'vitest'
import { errorWithCode, rejection } from '../rejection.ts'
import { scriptedGitHub } from '../scripted-github.ts'

const ENTERPRISE = 'https://octo.example/api/v3'

/** Follows what a redirect from `/start` does. */
function redirecting(location: string, status = 302) {
  return scriptedGitHub(({ path }) =>
    path.endsWith('/start') ? new Response(null, { status, headers: { location } }) : undefined,
  )
}

describe('a token is sent', () => {
  it.each([
    ['/repos/acme/api', 'https://api.github.com/repos/acme/api'],
    ['/search/issues?q=a b&page=2', 'https://api.github.com/search/issues?q=a%20b&page=2'],
    ['/../../etc/passwd', 'https://api.github.com/etc/passwd'],
    ['/\\evil.example/x', 'https://api.github.com//evil.example/x'],
    ['/@evil.example', 'https://api.github.com/@evil.example'],
    ['/.evil.example', 'https://api.github.com/.evil.example'],
    ['https://api.github.com/app', 'https://api.github.com/app'],
    ['HTTPS://API.GITHUB.COM:443/app', 'https://api.github.com/app'],
    [
      'https://uploads.github.com/repos/acme/api/releases/1/assets',
      'https://uploads.github.com/repos/acme/api/releases/1/assets',
    ],
  ])('to the API for %s', async (target, url) => {
    const { time, auth, sent } = scriptedGitHub()
    await time.settle(auth().app.fetch(target))
    expect(sent).toMatchObject([{ url }])
    expect(sent[0]?.headers.get('authorization')).toMatch(/^Bearer eyJ/)
  })

  it('below the root of an Enterprise Server', async () => {
    const { time, auth, sent } = scriptedGitHub()
    const { app } = auth({ baseUrl: ENTERPRISE })
    await time.settle(app.fetch('/app'))
    await time.settle(app.fetch(new URL('https://octo.example/api/v3/meta')))
    await time.settle(app.fetch('https://octo.example/api/uploads/x'))
    expect(sent.map(({ url }) => url)).toEqual([
      'https://octo.example/api/v3/app',
      'https://octo.example/api/v3/meta',
      'https://octo.example/api/uploads/x',
    ])
  })

  it.each(['301', '302', '307', '308'])('along a %s on the same host', async (status) => {
    const { time, auth, sent } = redirecting('/repositories/1', Number(status))
    expect((await time.settle(auth().app.fetch('/start'))).status).toBe(200)
    expect(sent.map(({ path }) => path)).toEqual(['/start', '/repositories/1'])
    expect(sent[1]?.headers.get('authorization')).toMatch(/^Bearer /)
  })
})

describe('a token is never sent', () => {
  it.each([
    'https://evil.example/repos/acme/api',
    'https://github.com/acme/api',
    'https://api.github.com.evil.example/',
    'https://api.github.com@evil.example/',
    'https://api.github.com:x@evil.example/',
    'https://evil.example\\@api.github.com/',
    'https://evil.example#@api.github.com/',
    'https://evil.example?.api.github.com/',
    'https://api.github.com:8443/app',
    'https://api.github.com./app',
    'http://api.github.com/app',
    'http://uploads.github.com/app',
    'https://user:password@api.github.com/app',
    'https://raw.githubusercontent.com/acme/api/main/README.md',
    'https://xn--pi-github-l8h.com/',
    'wss://api.github.com/app',
    'ftp://api.github.com/app',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'javascript:alert(1)',
    'blob:https://api.github.com/b0e7',
  ])('to %s', async (target) => {
    const { time, auth, sent } = scriptedGitHub()
    for (const input of [target, new URL(target)]) {
      const error = await errorWithCode('HOST_REFUSED', time.settle(auth().app.fetch(input)))
      expect(error.message).not.toContain('password')
    }
    await errorWithCode('HOST_REFUSED', time.settle(auth().installation({ installationId: 7 }).fetch(target)))
    expect(sent).toHaveLength(0)
  })

  it.each(['', 'app', './app', '//evil.example/x', '\\\\evil.example', '?q=1', 'evil.example/x', ' /app'])(
    'to %j, which is no path and no address',
    async (target) => {
      const { time, auth, sent } = scriptedGitHub()
      expect(await rejection(time.settle(auth().app.fetch(target)))).toBeInstanceOf(TypeError)
      expect(sent).toHaveLength(0)
    },
  )

  it('with a Request for another host', async () => {
    const { time, auth, sent } = scriptedGitHub()
    await errorWithCode('HOST_REFUSED', time.settle(auth().app.fetch(new Request('https://evil.example/'))))
    expect(sent).toHaveLength(0)
  })

  it.each([
    'https://evil.example/',
    '//evil.example/',
    'http://api.github.com/app',
    'https://api.github.com@evil.example/',
    'https://objects.githubusercontent.com/asset?X-Amz-Signature=1',
    'https://user:password@api.github.com/app',
    '\\\\evil.example\\x',
  ])('along a redirect to %s', async (location) => {
    const { time, auth, sent } = redirecting(location)
    const error = await errorWithCode('HOST_REFUSED', time.settle(auth().app.fetch('/start')))
    expect(error.message).toMatch(/redirect: 'manual'/)
    expect(error.message).not.toMatch(/Signature|password/)
    expect(sent.map(({ path }) => path)).toEqual(['/start'])
  })

  it('along a redirect to another host on the last of several hops', async () => {
    const { time, auth, sent } = scriptedGitHub(({ path }) =>
      path === '/one'
        ? new Response(null, { status: 302, headers: { location: '/two' } })
        : new Response(null, { status: 302, headers: { location: 'https://evil.example/three' } }),
    )
    await errorWithCode('HOST_REFUSED', time.settle(auth().app.fetch('/one')))
    expect(sent.map(({ url }) => new URL(url).host)).toEqual(['api.github.com', 'api.github.com'])
  })

  it('to an address that fetch might read in another way than the check did', async () => {
    const { time, auth, sent } = scriptedGitHub()
    for (const target of [
      'https://api.github.com\\@evil.example/x',
      '/a\\b',
      ' https://api.github.com/app',
      '/\tapp',
    ])
      await time.settle(auth().app.fetch(target)).catch(() => undefined)
    for (const { url } of sent) expect(new URL(url).href).toBe(url)
    expect(sent.map(({ url }) => new URL(url).host)).not.toContain('evil.example')
  })
})

describe('a redirect', () => {
  it('that the caller wants to see is handed over as it is', async () => {
    const { time, auth, sent } = redirecting('https://objects.githubusercontent.com/asset')
    const response = await time.settle(auth().app.fetch('/start', { redirect: 'manual' }))
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('https://objects.githubusercontent.com/asset')
    expect(sent).toHaveLength(1)
  })

  it('in circles ends', async () => {
    const { time, auth, sent } = redirecting('/start')
    await errorWithCode('UNEXPECTED_RESPONSE', time.settle(auth().app.fetch('/start')))
    expect(sent.length).toBeLessThanOrEqual(10)
  })

  it('keeps method and body for 307, and becomes a GET without them for 303 and for a POST with 302', async () => {
    for (const [status, method, body] of [
      [307, 'POST', 'hello'],
      [308, 'POST', 'hello'],
      [302, 'GET', undefined],
      [303, 'GET', undefined],
    ] as const) {
      const { time, auth, sent } = redirecting('/there', status)
      await time.settle(auth().app.fetch('/start', { method: 'POST', body: 'hello' }))
      expect(sent[1]).toMatchObject({ method, path: '/there' })
      expect(sent[1]?.body).toBe(body)
    }
  })

  it('without an address is an answer like any other', async () => {
    const { time, auth } = scriptedGitHub(() => new Response(null, { status: 304 }))
    expect((await time.settle(auth().app.fetch('/start'))).status).toBe(304)
  })
})
