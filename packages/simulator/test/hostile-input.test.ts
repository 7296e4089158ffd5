import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { appJwt } from './support/app-jwt.ts'
import { converse, RawConnection } from './support/raw-connection.ts'
import { call, installationId, mint, startTestGitHub, tokenFor } from './support/test-github.ts'
import { failOnWarnings } from './support/watch-process.ts'

failOnWarnings()

const HEAD = 'Host: x\r\nUser-Agent: test\r\n'
const CLOSE = `${HEAD}Connection: close\r\n\r\n`

async function stillAnswers(github: Simulator): Promise<void> {
  expect((await call(github, 'GET /meta')).status).toBe(200)
}

describe('A body that is not JSON is a 400', () => {
  test.for<[string, string]>([
    ['cut off', '{"title": "x"'],
    ['with a comma too many', '{"title": "x",}'],
    ['with single quotes', "{'title': 'x'}"],
    ['with something behind it', '{"title": "x"} {}'],
    ['of nothing but white space', '   '],
    ['as a form', 'title=x'],
    ['with a number nobody writes', '{"title": 0x10}'],
    ['with NaN', '{"title": NaN}'],
    ['with a raw line break in a string', '{"title": "a\nb"}'],
    ['with half an escape', '{"title": "\\u12"}'],
    ['nested 100 000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['nested 100 000 deep and not closed', '{"a":'.repeat(100_000)],
  ])('%s', async ([, body]) => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    for (const { status, json } of [
      await mint(github, 'acme', body),
      await call(github, 'POST /repos/acme/api/issues', { auth, body }),
    ])
      expect([status, json.message]).toEqual([400, 'Problems parsing JSON'])
    await stillAnswers(github)
  })

  test.for<[string, number[]]>([
    ['a byte that UTF-8 never has', [0xff]],
    ['half a character', [0xc3]],
    ['an overlong encoding', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
  ])('with %s', async ([, bytes]) => {
    const github = await startTestGitHub()
    const body = Buffer.concat([Buffer.from('{"title":"'), Buffer.from(bytes), Buffer.from('"}')])
    const auth = `Authorization: Bearer ${await tokenFor(github, 'acme')}\r\n`
    const head = `POST /repos/acme/api/issues HTTP/1.1\r\n${auth}Content-Length: ${body.length}\r\n${CLOSE}`
    const [answer] = await converse(github, head, body)
    expect([answer?.status, JSON.parse(answer?.body ?? '').message]).toEqual([400, 'Problems parsing JSON'])
  })
})

describe('A field of the wrong type is refused or ignored, never a defect', () => {
  const JUNK = [
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    '',
    'x',
    '\u0000',
    '\ud800',
    [],
    [[]],
    [null],
    [{}],
    {},
    { a: 1 },
    { length: 1 },
    'x'.repeat(10_000),
  ]
  test.for<[string, string]>([
    ['POST /app/installations/ID/access_tokens', 'permissions'],
    ['POST /app/installations/ID/access_tokens', 'repositories'],
    ['POST /app/installations/ID/access_tokens', 'repository_ids'],
    ['POST /repos/acme/api/issues', 'title'],
    ['POST /repos/acme/api/issues', 'body'],
    ['PATCH /repos/acme/api/issues/1', 'state'],
    ['PATCH /repos/acme/api/issues/1', 'title'],
    ['POST /repos/acme/api/issues/1/comments', 'body'],
  ])('%s: %s', { timeout: 30_000 }, async ([endpoint, field]) => {
    const github = await startTestGitHub()
    const path = endpoint.replace('ID', String(installationId(github, 'acme')))
    const auth = path.includes('access_tokens') ? appJwt(github) : await tokenFor(github, 'acme')
    for (const value of [...JUNK, ...JUNK.map((junk) => [junk]), ...JUNK.map((junk) => ({ issues: junk }))]) {
      const { status } = await call(github, path, { auth, body: { title: 'Hi', [field]: value } })
      expect([200, 201, 422], `${field}: ${JSON.stringify(value)}`).toContain(status)
    }
    await stillAnswers(github)
  })

  test('nested as deep as is allowed', async () => {
    const github = await startTestGitHub()
    const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
    expect((await mint(github, 'acme', `{"permissions":${deep(99)}}`)).status).toBe(422)
    expect((await mint(github, 'acme', `{"permissions":${deep(100)}}`)).status).toBe(400)
  })

  test('of which there are two: the last one counts, as for every parser', async () => {
    const github = await startTestGitHub()
    const { status, json } = await mint(github, 'acme', '{"repositories":["nope"],"repositories":["docs"]}')
    expect([status, json.repositories.length, json.repositories[0].name]).toEqual([201, 1, 'docs'])
  })

  test.for(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'called %s: it is no permission, and changes nothing for others',
    async (name) => {
      const github = await startTestGitHub()
      const body = `{"${name}":{"repositories":["api"]},"permissions":{"${name}":"read"}}`
      expect((await mint(github, 'acme', body)).status).toBe(422)
      const { json } = await mint(github, 'acme', `{"${name}":{"repositories":["api"],"polluted":true}}`)
      expect([json.repository_selection, Object.hasOwn(Object.prototype, 'polluted')]).toEqual(['all', false])
    },
  )
})

describe('A body of 100 MB is refused early', () => {
  const HUNDRED_MB = 104_857_600
  const PART = Buffer.alloc(65_536, 32)

  test.for<[string, string, (part: Buffer) => Buffer]>([
    ['when it says so', `Content-Length: ${HUNDRED_MB}`, (part) => part],
    [
      'when it comes in chunks',
      'Transfer-Encoding: chunked',
      (part) => Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
    ],
  ])('%s', { timeout: 30_000 }, async ([, header, framed]) => {
    const github = await startTestGitHub()
    const connection = new RawConnection(github)
    const path = `/app/installations/${installationId(github, 'acme')}/access_tokens`
    const auth = `Authorization: Bearer ${appJwt(github)}`
    await connection.send(`POST ${path} HTTP/1.1\r\n${auth}\r\n${header}\r\n${HEAD}\r\n`)
    let sent = 0
    while (connection.received === '' && sent < HUNDRED_MB) {
      await connection.send(framed(PART))
      sent += PART.length
    }
    const [answer] = await connection.answers(1)
    expect(answer?.status).toBe(413)
    expect(sent).toBeLessThan(HUNDRED_MB / 2)
    connection.socket.destroy()
    await stillAnswers(github)
  })

  test('and when it is sent to its end all the same, the next request on the connection is answered', async () => {
    const github = await startTestGitHub()
    const connection = new RawConnection(github)
    const auth = `Authorization: Bearer ${await tokenFor(github, 'acme')}`
    const length = PART.length * 64
    await connection.send(
      `POST /repos/acme/api/issues HTTP/1.1\r\n${auth}\r\nContent-Length: ${length}\r\n${HEAD}\r\n`,
    )
    for (let sent = 0; sent < length; sent += PART.length) await connection.send(PART)
    await connection.send(`GET /meta HTTP/1.1\r\n${CLOSE}`)
    expect((await connection.closed()).map(({ status }) => status)).toEqual([413, 200])
  }, 30_000)

  test('even where no body is expected', async () => {
    const github = await startTestGitHub()
    const length = PART.length * 32
    const [first, second] = await converse(
      github,
      `GET /meta HTTP/1.1\r\nContent-Length: ${length}\r\n${HEAD}\r\n`,
      Buffer.alloc(length, 32),
      `GET /versions HTTP/1.1\r\n${CLOSE}`,
    )
    expect([first?.status, second?.status]).toEqual([200, 200])
  })
})

describe('A connection', () => {
  test('takes fifty requests in one write, and answers in their order', async () => {
    const github = await startTestGitHub()
    const auth = `Authorization: Bearer ${await tokenFor(github, 'acme')}\r\n`
    const paths = ['/meta', '/nowhere', '/repos/acme/api', '/installation/repositories', '/app']
    const requests = Array.from({ length: 10 }, () => paths).flat()
    const bytes = requests.map((path) => `GET ${path} HTTP/1.1\r\n${auth}${HEAD}\r\n`).join('')
    const connection = new RawConnection(github)
    await connection.send(bytes)
    const statuses = (await connection.answers(50)).map(({ status }) => status)
    expect(statuses).toEqual(Array(10).fill([200, 404, 200, 200, 401]).flat())
    connection.socket.destroy()
  })

  test('whose body stops halfway blocks nobody, and what was sent is not done', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const before = (await call(github, 'GET /repos/acme/api/issues', { auth })).json.length
    const connection = new RawConnection(github)
    const head = `POST /repos/acme/api/issues HTTP/1.1\r\nAuthorization: Bearer ${auth}\r\nContent-Length: 100\r\n`
    await connection.send(`${head}${HEAD}\r\n{"title":"Half`)
    for (let others = 0; others < 20; others += 1) await stillAnswers(github)
    expect(connection.received).toBe('')
    connection.socket.end()
    await connection.closed()
    expect((await call(github, 'GET /repos/acme/api/issues', { auth })).json.length).toBe(before)
  })

  test('that is cut after each byte of a request harms nothing', async () => {
    const github = await startTestGitHub()
    const bytes = `POST /repos/acme/docs/issues HTTP/1.1\r\n${HEAD}Content-Length: 13\r\n\r\n{"title":"x"}`
    const port = Number(new URL(github.url).port)
    await Promise.all(
      Array.from(
        { length: bytes.length },
        (_, length) =>
          new Promise<void>((resolve) => {
            const socket = connect(port, '127.0.0.1', () => socket.end(bytes.slice(0, length)))
            socket.resume()
            socket.on('error', () => undefined)
            socket.on('close', () => resolve())
          }),
      ),
    )
    await stillAnswers(github)
  }, 30_000)

  test.for([
    ['is no number', 'zz\r\n{}\r\n0\r\n\r\n'],
    ['is negative', '-1\r\n{}\r\n0\r\n\r\n'],
    ['does not fit into a number', `${'f'.repeat(40)}\r\n{}`],
    ['is shorter than the chunk', '1\r\n{}{}{}\r\n0\r\n\r\n'],
  ] as const)('is closed when the length of a chunk %s', async ([, chunks]) => {
    const github = await startTestGitHub()
    const auth = `Authorization: Bearer ${await tokenFor(github, 'acme')}\r\n`
    const head = `POST /repos/acme/api/issues HTTP/1.1\r\n${auth}Transfer-Encoding: chunked\r\n${HEAD}\r\n`
    const answers = await converse(github, head, chunks)
    for (const { status } of answers) expect(status).toBe(400)
    await stillAnswers(github)
  })
})
