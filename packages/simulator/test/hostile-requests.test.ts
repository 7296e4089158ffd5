import { METHODS } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { ROUTES } from '../src/routes/routes.ts'
import { appJwt } from './support/app-jwt.ts'
import { converse, RawConnection } from './support/raw-connection.ts'
import { call, installationId, startTestGitHub, tokenFor } from './support/test-github.ts'
import { failOnWarnings } from './support/watch-process.ts'

failOnWarnings()

const HEAD = 'Host: x\r\nUser-Agent: test\r\n'
const CLOSE = `${HEAD}Connection: close\r\n\r\n`

async function stillAnswers(github: Simulator): Promise<void> {
  expect((await call(github, 'GET /meta')).status).toBe(200)
}

describe('A path that tricks others', () => {
  test.for([
    '/../',
    '/..',
    '//',
    '///app',
    '/./app',
    '/%2e%2e/app',
    '/%2e%2e%2fapp',
    '/repos/acme/docs/../api',
    '/repos/acme/docs/%2e%2e/api',
    '/repos/acme/docs/..;/api',
    '/repos/acme/%2fapi',
    '/repos/acme%2fapi',
    '/repos/acme\\api',
    '/repos/acme/api%00',
    '/repos/acme/api%00.json',
    '/repos/acme/api%20',
    '/repos/acme/api/',
    '/repos/acme/api;x=1',
    '/repos/acme/%',
    '/repos/acme/%zz',
    '/repos/acme/%c3',
    '/repos/%E0%A4%A/api',
    '/repos/__proto__/constructor',
    '/repositories/__proto__',
    '/api/v3/../repos/acme/api',
    '/api/v3repos/acme/api',
    '/app/../repos/acme/api',
    '*',
  ])('is not found: %s', async (path) => {
    const github = await startTestGitHub()
    const answers = await converse(github, `GET ${path} HTTP/1.1\r\n${CLOSE}`)
    expect(answers.map(({ status, body }) => [status, JSON.parse(body).message])).toEqual([
      [404, 'Not Found'],
    ])
    await stillAnswers(github)
  })

  test('is found when it is written in full, as proxies do', async () => {
    const github = await startTestGitHub()
    for (const target of ['http://example.com/meta', 'HTTPS://example.com:1/meta?x#y', `${github.url}/meta`])
      expect((await converse(github, `GET ${target} HTTP/1.1\r\n${CLOSE}`))[0]?.status).toBe(200)
  })

  test.for([
    ['64 KB long', `/${'a'.repeat(65_536)}`, 431],
    ['not a path', 'app', 400],
    ['a host', 'example.com:443', 400],
    ['with a space in it', '/repos/acme/a b', 400],
    ['with a line break in it', '/repos\r\nx', 400],
    ['with a null byte in it', '/repos/\u0000', 400],
  ] as const)('is refused by HTTP itself: %s', async ([, target, status]) => {
    const github = await startTestGitHub()
    const [answer] = await converse(github, `GET ${target} HTTP/1.1\r\n${CLOSE}`)
    expect(answer?.status).toBe(status)
    await stillAnswers(github)
  })

  test('has numbers in it that are none', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const jwt = appJwt(github)
    const id = installationId(github, 'acme')
    const numbers = ['NaN', '-1', '9e99', '1.5', '1e309', 'Infinity', '0x1', '٣', '+1', '1_0', '%31%00', '0']
    for (const number of [...numbers, '9'.repeat(400)]) {
      const path = encodeURI(number).replaceAll('%25', '%')
      for (const endpoint of [`GET /repos/acme/api/issues/${path}`, `GET /repositories/${path}/issues`])
        expect((await call(github, endpoint, { auth })).status, endpoint).toBe(404)
      for (const endpoint of [
        `POST /app/installations/${path}/access_tokens`,
        `GET /app/installations/${path}`,
      ])
        expect((await call(github, endpoint, { auth: jwt })).status, endpoint).toBe(404)
    }
    expect((await call(github, `GET /app/installations/${id}`, { auth: jwt })).status).toBe(200)
  }, 30_000)
})

describe('A query that makes no sense is the default', () => {
  test.for(['1e309', '-1', '0', 'NaN', '1.5', '', '%00', '9'.repeat(100)])('page=%s', async (value) => {
    const github = await startTestGitHub()
    const auth = appJwt(github)
    for (const query of [`page=${value}&per_page=${value}`, `per_page=${value}`, `since=${value}`]) {
      const { status, json } = await call(github, `GET /app/installations?${query}`, { auth })
      expect([status, json.length > 0], query).toEqual([200, true])
    }
  })

  test('of 10 KB with percent signs in it', async () => {
    const github = await startTestGitHub()
    expect((await call(github, `GET /repos/acme/docs/issues?${'%=&'.repeat(3000)}`)).status).toBe(200)
  })
})

describe('Headers that make no sense', () => {
  test.for<[string, string, number]>([
    ['100 KB in one of them', `X-Junk: ${'a'.repeat(100_000)}\r\n`, 431],
    ['3 000 of them', 'X-Junk: a\r\n'.repeat(3000), 431],
    ['one without a name', ': a\r\n', 400],
    ['one with a null byte', 'X-Junk: \u0000\r\n', 400],
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n', 400],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', 400],
    ['a length that is none', 'Content-Length: -1\r\n', 400],
    ['an expectation nobody has', 'Expect: the unexpected\r\n', 417],
    ['bytes above ASCII', 'X-Junk: \xff\xfe\r\n', 200],
    ['every validator at once', 'If-None-Match: "\xff", W/, ,,"\r\nIf-Modified-Since: never\r\n', 200],
    ['a token format that is none', 'X-GitHub-Stateless-S2S-Token: maybe\r\n', 200],
    ['an Accept that is none', 'Accept: ;;,/\r\n', 415],
    ['an API version that is none', 'X-GitHub-Api-Version: \xff\r\n', 400],
    ['an upgrade to something else', 'Connection: upgrade\r\nUpgrade: websocket\r\n', 200],
  ])('%s', async ([, headers, status]) => {
    const github = await startTestGitHub()
    const connection = new RawConnection(github)
    await connection.send(`GET /meta HTTP/1.1\r\nHost: x\r\nUser-Agent: test\r\n${headers}\r\n`)
    expect((await connection.answers(1))[0]?.status).toBe(status)
    connection.socket.destroy()
    await stillAnswers(github)
  })

  test('a missing Host is refused, as HTTP/1.1 demands', async () => {
    const github = await startTestGitHub()
    const [answer] = await converse(github, 'GET /meta HTTP/1.1\r\nUser-Agent: test\r\n\r\n')
    expect(answer?.status).toBe(400)
  })

  test('of two credentials the first counts, wherever the good one is', async () => {
    const github = await startTestGitHub()
    const good = `Authorization: Bearer ${await tokenFor(github, 'acme')}\r\n`
    const bad = `Authorization: Bearer ghs_${'0'.repeat(36)}\r\n`
    const statusOf = async (headers: string): Promise<number | undefined> =>
      (await converse(github, `GET /repos/acme/api HTTP/1.1\r\n${headers}${CLOSE}`))[0]?.status
    expect([await statusOf(good + bad), await statusOf(bad + good)]).toEqual([200, 401])
  })

  test.for([
    `Bearer ${'a '.repeat(7000)}`,
    `Bearer ey${'.'.repeat(10_000)}`,
    'Bearer eyJ.eyJ.x',
    `Bearer ${Buffer.from('{"alg":"RS256"}').toString('base64url')}.bnVsbA.x`,
    `Bearer ${Buffer.from('[]').toString('base64url')}.e30.x`,
    `Basic ${Buffer.from('\u0000:\u0000').toString('base64')}`,
    `Basic ${'A'.repeat(10_000)}`,
    'Basic',
    '\xff\xfe',
    'Negotiate',
  ])('a credential that is none is refused: %s', async (authorization) => {
    const github = await startTestGitHub()
    for (const path of ['/app', '/repos/acme/docs', '/installation/repositories']) {
      const head = `GET ${path} HTTP/1.1\r\nAuthorization: ${authorization}\r\n${CLOSE}`
      expect((await converse(github, head))[0]?.status, path).toBe(401)
    }
  })
})

describe('A method', () => {
  test('HEAD answers as GET does, without a body, on every endpoint', async () => {
    const github = await startTestGitHub()
    const values: Readonly<Record<string, string>> = {
      ':owner': 'acme',
      ':repo': 'api',
      ':org': 'acme',
      ':issue_number': '1',
      ':repository_id': '700000001',
      ':installation_id': String(installationId(github, 'acme')),
    }
    const [token, jwt] = [await tokenFor(github, 'acme'), appJwt(github)]
    for (const { path, actor } of ROUTES.filter(({ method }) => method === 'GET')) {
      const address = path.replace(/:\w+/g, (name) => values[name] ?? 'acme')
      const auth = actor === 'app' ? jwt : token
      const get = await call(github, `GET ${address}`, { auth })
      const head = await call(github, `HEAD ${address}`, { auth })
      expect([head.status, head.json], path).toEqual([get.status, ''])
      expect(head.headers.get('content-type'), path).toBe(get.headers.get('content-type'))
    }
  }, 30_000)

  test('that nothing answers to is not found', async () => {
    const github = await startTestGitHub()
    for (const method of METHODS.filter((name) => !['GET', 'HEAD', 'OPTIONS', 'CONNECT'].includes(name))) {
      const [answer] = await converse(github, `${method} /meta HTTP/1.1\r\n${CLOSE}`)
      expect(answer?.status, method).toBe(404)
    }
  }, 30_000)

  test.for(['FOO', 'get', 'G\u0000T', ''])('that does not exist is refused: "%s"', async (method) => {
    const github = await startTestGitHub()
    expect((await converse(github, `${method} /meta HTTP/1.1\r\n${CLOSE}`))[0]?.status).toBe(400)
    await stillAnswers(github)
  })

  test('that asks for a tunnel gets none: the connection is closed', async () => {
    const github = await startTestGitHub()
    expect(await converse(github, `CONNECT example.com:443 HTTP/1.1\r\n${CLOSE}`)).toEqual([])
    await stillAnswers(github)
  })
})
