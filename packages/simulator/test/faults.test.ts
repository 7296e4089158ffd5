import { describe, expect, test } from 'vitest'
import { githubError } from '../src/index.ts'
import { RawConnection } from './support/raw-connection.ts'
import { call, mint, startTestGitHub } from './support/test-github.ts'

const MINT = '/app/installations/:installation_id/access_tokens'

describe('A fault hits', () => {
  test('the next matching request, once, and nothing else', async () => {
    const github = await startTestGitHub()
    const fault = github.fail({ method: 'POST', route: MINT, response: githubError('SERVER_ERROR') })
    expect((await call(github, 'GET /meta')).status).toBe(200)
    expect((await mint(github, 'acme')).json.message).toBe('Server Error')
    expect((await mint(github, 'acme')).status).toBe(201)
    expect([fault.hits, github.mints]).toEqual([1, 1])
  })

  test('a route written as GitHub documents it', async () => {
    const github = await startTestGitHub()
    github.fail({ route: '/app/installations/{installation_id}/access_tokens', response: { status: 502 } })
    expect((await mint(github, 'acme')).status).toBe(502)
  })

  test.for([['/meta'], [/^\/me/]] as const)('a path like %s, below both mounts', async ([path]) => {
    const github = await startTestGitHub()
    github.fail({ path, times: 2, response: { status: 503 } })
    expect((await call(github, 'GET /api/v3/meta')).status).toBe(503)
    expect((await call(github, 'GET /meta?x=1')).status).toBe(503)
    expect((await call(github, 'GET /meta')).status).toBe(200)
  })

  test('after some requests passed, and as often as told', async () => {
    const github = await startTestGitHub()
    github.fail({ path: '/meta', after: 1, times: 2, response: { status: 503 } })
    const statuses: number[] = []
    for (let request = 0; request < 4; request += 1) statuses.push((await call(github, 'GET /meta')).status)
    expect(statuses).toEqual([200, 503, 503, 200])
  })

  test('in the order of a script, whatever the other faults do', async () => {
    const github = await startTestGitHub()
    github.fail({ path: '/meta', response: { status: 500 } })
    github.fail({ path: '/meta', after: 1, response: { status: 502 } })
    github.fail({ path: '/meta', after: 2, response: { status: 503 } })
    const statuses: number[] = []
    for (let request = 0; request < 4; request += 1) statuses.push((await call(github, 'GET /meta')).status)
    expect(statuses).toEqual([500, 502, 503, 200])
  })

  test('until it is removed', async () => {
    const github = await startTestGitHub()
    const fault = github.fail({ times: Number.POSITIVE_INFINITY, response: { status: 503 } })
    expect((await call(github, 'GET /meta')).status).toBe(503)
    expect((await call(github, 'GET /')).status).toBe(503)
    fault.remove()
    expect((await call(github, 'GET /meta')).status).toBe(200)
  })
})

describe('A fault can', () => {
  test('answer with a page, headers and all', async () => {
    const github = await startTestGitHub()
    const response = { status: 503, headers: { 'Retry-After': '7' }, body: '<html>Unicorn!</html>' }
    github.fail({ response })
    const { status, headers, json } = await call(github, 'GET /meta')
    expect([status, headers.get('retry-after'), headers.get('content-type'), json]).toEqual([
      503,
      '7',
      'text/html; charset=utf-8',
      '<html>Unicorn!</html>',
    ])
  })

  test('answer as an exhausted rate limit does', async () => {
    const github = await startTestGitHub()
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767225700' }
    github.fail({
      response: githubError('RATE_LIMIT_EXCEEDED', { values: { subject: 'installation ID 1' }, headers }),
    })
    const answer = await call(github, 'GET /meta')
    expect([answer.status, answer.json.message]).toEqual([
      403,
      'API rate limit exceeded for installation ID 1.',
    ])
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('0')
  })

  test('cut the connection', async () => {
    const github = await startTestGitHub()
    github.fail({ response: 'reset' })
    await expect(call(github, 'GET /meta')).rejects.toThrow('fetch failed')
    expect(github.requests).toMatchObject([{ method: 'GET', path: '/meta', status: 0 }])
    expect((await call(github, 'GET /meta')).status).toBe(200)
  })

  test('never answer', async () => {
    const github = await startTestGitHub()
    const fault = github.fail({ response: 'hang' })
    const controller = new AbortController()
    const hanging = fetch(`${github.url}/meta`, { signal: controller.signal })
    while (fault.hits === 0) await new Promise(setImmediate)
    controller.abort()
    await expect(hanging).rejects.toThrow('aborted')
  })

  test('outlast a client: what it had asked for is recorded all the same', async () => {
    const github = await startTestGitHub()
    const fault = github.fail({ path: '/app-manifests/code/conversions', delayMs: 30 })
    const { socket } = new RawConnection(github)
    socket.write(
      'POST /app-manifests/code/conversions HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\nContent-Length: 2\r\n\r\n{}',
    )
    while (fault.hits === 0) await new Promise(setImmediate)
    socket.destroy()
    while (github.count() === 0) await new Promise(setImmediate)
    expect(github.requests).toMatchObject([{ method: 'POST' }])
  })

  test('only be slow', async () => {
    const github = await startTestGitHub()
    github.fail({ path: '/meta', delayMs: 30 })
    const startedAt = performance.now()
    expect((await call(github, 'GET /meta')).status).toBe(200)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29)
  })
})

test.for([{ times: 0 }, { times: Number.NaN }, { after: -1 }, { delayMs: -1 }])(
  'A fault that makes no sense is refused: %j',
  async (fault) => {
    const github = await startTestGitHub()
    expect(() => github.fail(fault)).toThrow(TypeError)
  },
)
