import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { startSimulator } from '../src/index.ts'
import { appJwt, PRIVATE_KEY } from './support/app-jwt.ts'
import { call, installationId, startTestGitHub, tokenFor } from './support/test-github.ts'

/** Sends bytes and returns everything that comes back until the server closes. */
function raw(github: Simulator, head: string, body: Uint8Array = new Uint8Array()): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(github.url).port), '127.0.0.1')
    let received = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text
    })
    socket.on('close', () => resolve(received)).on('error', reject)
    socket.write(`${head}\r\nHost: x\r\nConnection: close\r\n\r\n`)
    socket.write(body)
  })
}

describe('Every answer', () => {
  test('carries the simulator’s date, a request id and the rate limit', async () => {
    const github = await startTestGitHub()
    github.advance(3_600_000)
    const { headers } = await call(github, 'GET /app', { auth: appJwt(github, { at: 3600 }) })
    expect(headers.get('date')).toBe('Thu, 01 Jan 2026 01:00:00 GMT')
    expect(headers.get('x-github-request-id')).toMatch(/^[\dA-F]{4}(:[\dA-F]{6,}){4}$/)
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-ratelimit')))).toEqual({
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4999',
      'x-ratelimit-reset': String(Date.UTC(2026, 0, 1, 2) / 1000),
      'x-ratelimit-resource': 'core',
      'x-ratelimit-used': '1',
    })
  })

  test('is the same below /api/v3, with links that stay there', async () => {
    const github = await startTestGitHub()
    const { json } = await call(github, 'GET /api/v3/orgs/acme/installation', { auth: appJwt(github) })
    expect(json.access_tokens_url).toBe(`${github.url}/api/v3/app/installations/${json.id}/access_tokens`)
    expect((await call(github, 'GET /api/v3')).json.rate_limit_url).toBe(`${github.url}/api/v3/rate_limit`)
    expect((await call(github, 'GET /api/v3/api/v3')).status).toBe(404)
  })

  test('to HEAD has the headers of GET and no body', async () => {
    const github = await startTestGitHub()
    const { status, headers, json } = await call(github, 'HEAD /repos/acme/docs')
    expect([status, json]).toEqual([200, ''])
    expect(Number(headers.get('content-length'))).toBeGreaterThan(1000)
  })
})

describe('A request is refused', () => {
  test('without a User-Agent', async () => {
    const github = await startTestGitHub()
    const answer = await raw(github, 'GET /meta HTTP/1.1')
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(answer).toContain(
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
    )
  })

  test.for(['2020-01-01', 'v3', '2022-11-28, 2022-11-28'])('with the API version %s', async (version) => {
    const github = await startTestGitHub()
    const { status, json } = await call(github, 'GET /meta', { headers: { 'X-GitHub-Api-Version': version } })
    expect(status).toBe(400)
    expect(json.message).toContain(
      `"${version}", is not a supported version. The following versions are currently supported: `,
    )
  })

  test.for(['2022-11-28', '2026-03-10'])('not with the API version %s', async (version) => {
    const github = await startTestGitHub()
    const { status, headers } = await call(github, 'GET /meta', {
      headers: { 'X-GitHub-Api-Version': version },
    })
    expect([status, headers.get('x-github-api-version-selected')]).toEqual([200, version])
  })

  test.for([
    'GET /nowhere',
    'GET /app/',
    'GET //app',
    'PUT /app',
    'PATCH /orgs/acme/installation',
    'GET /repos/acme',
    'GET /repos/acme%2Fdocs',
    'GET /repos/acme/docs%00',
    'GET /users/%',
    'GET /users/%FF%FE',
    'GET /users/constructor',
    'GET /api/v4/app',
  ])('as not found when it is %s', async (endpoint) => {
    const github = await startTestGitHub()
    const { status, json } = await call(github, endpoint)
    expect([status, json.message, json.status]).toEqual([404, 'Not Found', '404'])
  })

  test('with 413 when its body is over a megabyte, and the next one is answered', async () => {
    const github = await startTestGitHub()
    const id = installationId(github, 'acme')
    const body = JSON.stringify({ repositories: ['x'.repeat(5_000_000)] })
    const endpoint = `POST /app/installations/${id}/access_tokens`
    expect((await call(github, endpoint, { auth: appJwt(github), body })).status).toBe(413)
    expect((await call(github, endpoint, { auth: appJwt(github) })).status).toBe(201)
  })

  test('with 413 when its body never says how long it is', async () => {
    const github = await startTestGitHub()
    const status = await new Promise((resolve, reject) => {
      const path = `/app/installations/${installationId(github, 'acme')}/access_tokens`
      const headers = {
        'user-agent': 'test',
        authorization: `Bearer ${appJwt(github)}`,
        'transfer-encoding': 'chunked',
      }
      const request = httpRequest(github.url + path, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode)
        request.destroy()
      })
      request.on('error', reject)
      for (let sent = 0; sent < 20; sent += 1) request.write(Buffer.alloc(100_000, 32))
    })
    expect(status).toBe(413)
  })

  test('when its body is not UTF-8', async () => {
    const github = await startTestGitHub()
    const body = Buffer.from([...Buffer.from('{"body":"'), 0xff, 0xfe, ...Buffer.from('"}')])
    const head = [
      'POST /repos/acme/api/issues/1/comments HTTP/1.1',
      'User-Agent: test',
      `Authorization: Bearer ${await tokenFor(github, 'acme')}`,
      `Content-Length: ${body.length}`,
    ]
    expect(await raw(github, head.join('\r\n'), body)).toContain('Problems parsing JSON')
  })
})

describe('Junk never stops it', () => {
  test.for([
    'NONSENSE',
    'GET app HTTP/1.1',
    'GET /\u0000 HTTP/1.1',
    'GET http://[::1/app HTTP/1.1',
    `GET /${'a'.repeat(20_000)} HTTP/1.1`,
    'GET * HTTP/1.1',
    'GET /repos/%2e%2e/%2e%2e HTTP/1.1',
    'GET /../../etc/passwd HTTP/1.1',
  ])('not %s', async (head) => {
    const github = await startTestGitHub()
    expect(await raw(github, `${head}\r\nUser-Agent: test`)).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect((await call(github, 'GET /meta')).status).toBe(200)
  })

  test('nor a client that hangs up in the middle of its body', async () => {
    const github = await startTestGitHub()
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(github.url).port), '127.0.0.1', () => {
        socket.write(
          'POST /repos/acme/docs/issues HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\nContent-Length: 100\r\n\r\n{',
        )
        socket.destroy()
      })
      socket.on('close', () => resolve())
    })
    expect((await call(github, 'GET /meta')).status).toBe(200)
  })
})

describe('The API about itself', () => {
  test.for([
    'GET /',
    'GET /meta',
    'GET /versions',
    'GET /rate_limit',
    'GET /apps/hubauth-test-app',
    'GET /users/acme',
  ])('answers anyone on %s', async (endpoint) => {
    const github = await startTestGitHub()
    expect((await call(github, endpoint)).status).toBe(200)
    expect((await call(github, endpoint, { auth: await tokenFor(github, 'acme') })).status).toBe(200)
    expect((await call(github, endpoint, { auth: appJwt(github) })).status).toBe(200)
  })

  test('knows the bot of the app by a user id of its own', async () => {
    const github = await startTestGitHub()
    const { json } = await call(github, `GET /users/${encodeURIComponent('hubauth-test-app[bot]')}`)
    expect(json).toMatchObject({ login: 'hubauth-test-app[bot]', type: 'Bot', id: github.app.bot.id })
    expect(json.id).not.toBe(github.app.id)
  })
})

describe('The server', () => {
  test('listens on the loopback interface and closes twice without complaint', async () => {
    const github = await startSimulator({ app: { privateKey: PRIVATE_KEY } })
    expect(github.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    await github.close()
    await github.close()
    await expect(fetch(github.url)).rejects.toThrow()
  })

  test('closes although a request hangs', async () => {
    const github = await startSimulator({ app: { privateKey: PRIVATE_KEY } })
    github.fail({ response: 'hang' })
    const hanging = fetch(`${github.url}/meta`).catch(() => 'cut')
    while (github.requests.length === 0) await new Promise(setImmediate)
    await github[Symbol.asyncDispose]()
    expect(await hanging).toBe('cut')
  })

  test('says which port is taken', async () => {
    const github = await startTestGitHub()
    const port = Number(new URL(github.url).port)
    await expect(startSimulator({ port, app: { privateKey: PRIVATE_KEY } })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})
