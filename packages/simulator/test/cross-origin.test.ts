import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { call, startTestGitHub, tokenFor } from './support/test-github.ts'

describe('Pages of other origins', () => {
  test('may read what the API answers, errors too, with the headers that clients need', async () => {
    const github = await startTestGitHub()
    for (const path of ['/repos/acme/docs', '/repos/acme/api', '/api/v3/app', '/nothing']) {
      const { headers } = await call(github, `GET ${path}`)
      expect(headers.get('access-control-allow-origin'), path).toBe('*')
      expect(headers.get('access-control-expose-headers'), path).toContain('X-RateLimit-Remaining')
    }
  })

  test.each(['/repos/acme/api/issues', '/app', '/graphql', '/api/v3/app/installations/1/access_tokens'])(
    'may ask whether they may send requests to %s',
    async (path) => {
      const github = await startTestGitHub()
      const { status, headers } = await call(github, `OPTIONS ${path}`, {
        headers: { origin: 'https://example.com', 'access-control-request-method': 'POST' },
      })
      expect([status, headers.get('access-control-allow-methods')]).toEqual([
        204,
        'GET, POST, PATCH, PUT, DELETE',
      ])
      expect(headers.get('access-control-allow-headers')).toContain('Authorization')
    },
  )

  test('see faults as what they are, which a question of their browser does not use up', async () => {
    const github = await startTestGitHub()
    github.fail({ path: '/app', mode: 'secondary-rate-limit' })
    expect((await call(github, 'OPTIONS /app')).status).toBe(204)
    const { status, headers } = await call(github, 'GET /app')
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, '*'])
  })

  test.each([
    '/login/oauth/access_token',
    '/login/oauth/authorize',
    '/acme/api.git/info/refs',
    '/settings/apps/new',
  ])('get nothing from %s, which is the web host', async (path) => {
    const github = await startTestGitHub()
    for (const method of ['OPTIONS', 'GET']) {
      const { headers } = await call(github, `${method} ${path}`)
      expect(headers.get('access-control-allow-methods'), method).toBeNull()
    }
  })
})

describe('Links lead to where the client is', () => {
  /** What `GET /repos/acme/docs` says its address is. */
  async function urlSeenBy(github: Simulator, headers: Record<string, string>): Promise<unknown> {
    const { port } = new URL(github.url)
    return new Promise((resolve, reject) => {
      const sent = request({
        port,
        path: '/api/v3/repos/acme/docs',
        headers: { 'user-agent': 'test', ...headers },
      })
      sent.on('error', reject).on('response', async (response) => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        resolve(JSON.parse(Buffer.concat(chunks).toString()).url)
      })
      sent.end()
    })
  }

  test('under another name of the machine, or behind a proxy that does TLS', async () => {
    const github = await startTestGitHub()
    expect(await urlSeenBy(github, { host: 'localhost:1234' })).toBe(
      'http://localhost:1234/api/v3/repos/acme/docs',
    )
    const proxied = { host: 'github.example.com', 'x-forwarded-proto': 'https' }
    expect(await urlSeenBy(github, proxied)).toBe('https://github.example.com/api/v3/repos/acme/docs')
  })

  test.each(['evil.example/path?', 'a b', '"><script>', '[::1', 'user@host'])(
    'and not to %j, which is no host',
    async (host) => {
      const github = await startTestGitHub()
      expect(await urlSeenBy(github, { host })).toBe(`${github.url}/api/v3/repos/acme/docs`)
    },
  )

  test('so that a redirect to the new name keeps the credential', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    github.renameRepository('acme/api', 'api2')
    const base = github.url.replace('127.0.0.1', 'localhost')
    const response = await fetch(`${base}/repos/acme/api`, { headers: { authorization: `Bearer ${auth}` } })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ name: 'api2' })
  })
})

describe('What a client accepts', () => {
  test.each(['text/html', 'application/xml', 'image/*', 'text/*'])('is not %s', async (accept) => {
    const github = await startTestGitHub()
    const { status, json } = await call(github, 'GET /repos/acme/docs', { headers: { accept } })
    expect([status, json.message]).toEqual([
      415,
      `Unsupported 'Accept' header: '${accept}'. Must accept 'application/json'.`,
    ])
  })

  test.each([
    '*/*',
    'application/json',
    'application/vnd.github+json',
    'application/vnd.github.v3+json; charset=utf-8',
    'application/vnd.github.raw',
    'text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8',
    'application/problem+json, application/*;q=0.5',
  ])('can be %s', async (accept) => {
    const github = await startTestGitHub()
    expect((await call(github, 'GET /repos/acme/docs', { headers: { accept } })).status).toBe(200)
  })
})
