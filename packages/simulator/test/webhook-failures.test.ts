import { describe, expect, test } from 'vitest'
import { heapBytes } from './support/heap-bytes.ts'
import { startTestGitHub } from './support/test-github.ts'
import { MEBIBYTE, newest, ping, told } from './support/told-deliveries.ts'

describe('A receiver that fails is remembered in GitHub’s words', () => {
  test('when it takes too long', async () => {
    const { github } = await told('never', { webhookTimeoutMs: 20 })
    await ping(github)
    expect(await newest(github)).toMatchObject({
      status: 'timed out',
      status_code: 504,
      response: { headers: null, payload: null },
    })
  })

  test.for([
    ['refuses the connection', 'http://127.0.0.1:1/', 'failed to connect to network'],
    ['has a name that nobody knows', 'http://nobody.invalid/', 'failed to connect to host'],
  ] as const)('when it %s', async ([, webhookUrl, status]) => {
    const github = await startTestGitHub({ app: { webhookUrl } })
    await ping(github)
    expect(await newest(github)).toMatchObject({ status, status_code: 502 })
  })
})

describe('What is remembered', () => {
  test('is the newest thousand, in bounded memory, after 10 000 events to a dead receiver', async () => {
    const github = await startTestGitHub({ app: { webhookUrl: 'http://127.0.0.1:1/' } })
    await ping(github)
    const before = await heapBytes()
    for (let sent = 0; sent < 10_000; sent += 1) github.ping()
    await github.settled()
    expect(github.deliveries).toHaveLength(1_000)
    expect((await heapBytes()) - before).toBeLessThan(20 * MEBIBYTE)
    const ids = github.deliveries.map(({ id }) => id)
    expect((ids.at(-1) ?? 0) - (ids[0] ?? 0)).toBe(999)
  }, 60_000)

  test('and what waits for a receiver that hangs is bounded: the rest is remembered as timed out', async () => {
    const { github } = await told('never')
    const repositories = Array.from({ length: 4_000 }, (_, index) => ({ name: `${index}`.padEnd(100, '-') }))
    github.addAccount({ login: 'big', repositories })
    const { id } = github.install({ account: 'big' })
    const before = await heapBytes()
    for (let sent = 0; sent < 200; sent += 1) github.setPermissions(id, { issues: 'read' })
    expect((await heapBytes()) - before).toBeLessThan(200 * MEBIBYTE)
    expect(github.deliveries.length).toBeGreaterThan(20)
    expect(new Set(github.deliveries.map(({ status }) => status))).toEqual(new Set(['timed out']))
  }, 60_000)

  test('however much was sent before, what is answered takes no place from what comes', async () => {
    const { github } = await told()
    const repositories = Array.from({ length: 25_000 }, (_, index) => ({ name: `${index}`.padEnd(100, '-') }))
    github.addAccount({ login: 'big', repositories })
    const { id } = github.install({ account: 'big' })
    for (let sent = 0; sent < 9; sent += 1) {
      github.setPermissions(id, { issues: 'read' })
      await github.settled()
      expect(github.deliveries.at(-1)?.status).toBe('OK')
    }
  }, 60_000)

  test('has at most 64 MiB of payloads and answers', async () => {
    const { github, receiver } = await told()
    const text = 'x'.repeat(10 * MEBIBYTE)
    for (let sent = 0; sent < 8; sent += 1) await github.deliver({ event: 'ping', payload: { sent, text } })
    expect(receiver.received).toHaveLength(8)
    expect(github.deliveries).toHaveLength(6)
  })
})
