import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { appJwt } from './support/app-jwt.ts'
import { call, installationId, startTestGitHub } from './support/test-github.ts'

const MEGABYTE = 1_048_576
/** Requests at a time on the one connection that they all share. */
const BATCH = 250

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** What is alive, in bytes. Garbage is gone after the second collection at the latest. */
async function heapBytes(): Promise<number> {
  for (let round = 0; round < 2; round += 1) {
    await new Promise(setImmediate)
    collectGarbage()
  }
  return process.memoryUsage().heapUsed
}

/** Sends many requests down one connection, without the overhead of a client. */
async function flood(github: Simulator, count: number, request: (index: number) => string): Promise<void> {
  const socket = connect(Number(new URL(github.url).port), '127.0.0.1').setEncoding('latin1')
  let answered = 0
  let tail = ''
  let wake: () => void = () => undefined
  socket.on('data', (text: string) => {
    const parts = (tail + text).split('HTTP/1.1 ')
    answered += parts.length - 1
    tail = (parts.at(-1) ?? '').slice(-8)
    wake()
  })
  for (let sent = 0; sent < count; sent += BATCH) {
    socket.write(Array.from({ length: BATCH }, (_, index) => request(sent + index)).join(''))
    while (answered < sent + BATCH)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
  }
  socket.destroy()
}

/** 6 KB that nobody sent before. */
function unique(index: number): string {
  return `${index}x`.padEnd(6144, String(index))
}

const HEAD = 'Host: x\r\nUser-Agent: test\r\n'

type Request = (index: number, github: Simulator) => string

function get(path: string, authorization = 'none'): string {
  return `GET ${path} HTTP/1.1\r\n${HEAD}Authorization: ${authorization}\r\n\r\n`
}

function post(path: string, form: string): string {
  const type = 'Content-Type: application/x-www-form-urlencoded'
  return `POST ${path} HTTP/1.1\r\n${HEAD}${type}\r\nContent-Length: ${form.length}\r\n\r\n${form}`
}

test.for<[string, Request]>([
  ['paths that do not exist', (index) => get(`/${unique(index)}`)],
  ['queries', (index) => get(`/repos/acme/docs?${unique(index)}`)],
  ['unknown tokens', (index) => get('/meta', `Bearer ${unique(index)}`)],
  ['JWTs of nobody', (index) => get('/app', `Bearer eyJhbGciOiJSUzI1NiJ9.${unique(index)}.x`)],
  [
    'wrong passwords',
    (index) => get('/meta', `Basic ${Buffer.from(`x:${unique(index)}`).toString('base64')}`),
  ],
  [
    'users sent to the authorize page',
    (index, { app }) => get(`/login/oauth/authorize?client_id=${app.clientId}&state=${unique(index)}`),
  ],
  [
    'devices that wait for a user',
    (index, { app }) => post('/login/device/code', `client_id=${app.clientId}&scope=${unique(index)}`),
  ],
  [
    'codes that nobody was given',
    (index, { app }) => post('/login/oauth/access_token', `client_id=${app.clientId}&code=${unique(index)}`),
  ],
])('Thousands of %s leave nothing behind', { timeout: 60_000 }, async ([, request]) => {
  const github = await startTestGitHub()
  // What has a limit of its own, such as pages with a button, is full after these.
  await flood(github, 1250, (index) => request(index, github))
  const before = await heapBytes()
  await flood(github, 2000, (index) => request(10_000 + index, github))
  const grown = ((await heapBytes()) - before) / MEGABYTE
  expect(grown).toBeLessThan(6)
})

test('Tokens are forgotten when they have expired', async () => {
  const github = await startTestGitHub()
  const id = installationId(github, 'acme')
  const mints = async (hour: number): Promise<void> => {
    const auth = `Authorization: Bearer ${appJwt(github, { at: hour * 3600 })}\r\n`
    await flood(
      github,
      3000,
      () => `POST /app/installations/${id}/access_tokens HTTP/1.1\r\n${HEAD}${auth}\r\n`,
    )
  }
  await mints(0)
  const before = await heapBytes()
  for (let hour = 1; hour <= 3; hour += 1) {
    github.advance(3_600_000)
    await mints(hour)
  }
  const grown = ((await heapBytes()) - before) / MEGABYTE
  expect(grown).toBeLessThan(4)
  expect((await call(github, 'GET /meta')).status).toBe(200)
}, 60_000)
