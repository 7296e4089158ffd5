import { startSimulator } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createGitHubAuth, type FailedDelivery, pemKey, redeliverFailed } from '../../src/index.ts'
import { timeline } from '../timeline.ts'
import { DAY_MS, DeliveryList, MINUTE_MS } from './delivery-list.ts'
import { type Health, startRecoveringApp } from './recovering-app.ts'

const guidsOf = (deliveries: readonly FailedDelivery[]) => deliveries.map(({ first }) => first.guid)
const counted = (guids: readonly string[]) => [...guids].sort()

describe('redeliverFailed, after an outage', () => {
  it.each<[Health, number]>([
    ['failing', 10_000],
    ['down', 10_000],
    ['silent', 1_000],
    ['slow', 1_000],
  ])('has what came while the receiver was %s handled, each once', async (health, webhookTimeoutMs) => {
    const { health: become, deliver, sweep, handled } = await startRecoveringApp({ webhookTimeoutMs })
    const before = await deliver(2)
    await become(health)
    const missed = await deliver(5)
    await become('up')
    const after = await deliver(1)
    const report = await sweep()
    expect(counted(guidsOf(report.redelivered))).toEqual(counted(missed))
    expect(report).toMatchObject({ endedBy: 'done', refused: [], waiting: [], givenUp: [] })
    expect(counted(handled)).toEqual(counted([...before, ...missed, ...after]))
    expect((await sweep()).redelivered).toEqual([])
    expect(handled).toHaveLength(8)
  })

  it('says of each delivery what GitHub says', async () => {
    const { health, deliver, sweep, github } = await startRecoveringApp()
    await health('failing')
    const [guid] = await deliver(1)
    const { redelivered } = await sweep()
    const first = {
      id: String(github.deliveries[0]?.id),
      guid,
      event: 'issues',
      action: 'opened',
      installationId: 7,
      repositoryId: undefined,
      deliveredAt: Math.floor((github.deliveries[0]?.deliveredAt ?? 0) / 1_000) * 1_000,
      redelivery: false,
      statusCode: 500,
      status: 'Invalid HTTP Response: 500',
    }
    expect(redelivered).toEqual([{ first, last: first, attempts: 1 }])
  })

  it('reads as many pages as there are, and redelivers the oldest first', async () => {
    const { health, deliver, sweep, handled, github } = await startRecoveringApp()
    await health('failing')
    const oldest = await deliver(20)
    github.advance(2_000)
    const older = await deliver(30)
    await health('up')
    for (let batch = 0; batch < 9; batch++) await deliver(100)
    handled.splice(0)
    const report = await sweep()
    expect(counted(guidsOf(report.redelivered.slice(0, 20)))).toEqual(counted(oldest))
    expect(counted(handled)).toEqual(counted([...oldest, ...older]))
    expect(github.count('GET', '/app/hook/deliveries')).toBe(10)
  })
})

describe('redeliverFailed, of what somebody redelivered by hand', () => {
  it('leaves alone what was delivered, also when a later attempt failed', async () => {
    const { health, deliver, sweep, github } = await startRecoveringApp()
    await deliver(1)
    await health('down')
    await github.redeliver(github.deliveries[0]?.id ?? 0)
    await health('up')
    const { redelivered, settledUntil } = await sweep({ afterMs: 60 * MINUTE_MS })
    expect([redelivered, settledUntil > (github.deliveries[1]?.deliveredAt ?? 0)]).toEqual([[], true])
  })

  it('leaves alone what a person redelivered with success', async () => {
    const { health, deliver, sweep, github, handled } = await startRecoveringApp()
    await health('failing')
    await deliver(1)
    await health('up')
    await github.redeliver(github.deliveries[0]?.id ?? 0)
    expect([(await sweep()).redelivered, handled.length]).toEqual([[], 1])
  })

  it('leaves alone what succeeded or failed before the list begins', async () => {
    const { deliver, health, sweep, github } = await startRecoveringApp()
    await deliver(1)
    github.advance(2 * DAY_MS)
    await health('failing')
    await github.redeliver(github.deliveries[0]?.id ?? 0)
    expect((await sweep({ afterMs: DAY_MS + MINUTE_MS })).redelivered).toEqual([])
    expect(github.deliveries).toMatchObject([{ redelivery: true }])
  })
})

describe('redeliverFailed, within its bounds', () => {
  it('gives up what failed maxAttempts times, and settles it', async () => {
    const { health, deliver, sweep, github } = await startRecoveringApp()
    await health('failing')
    const poison = await deliver(1)
    const options = { maxAttempts: 3, afterMs: 60 * MINUTE_MS }
    await sweep(options)
    await sweep(options)
    const report = await sweep(options)
    expect([report.redelivered, guidsOf(report.givenUp)]).toEqual([[], poison])
    expect(report.givenUp[0]).toMatchObject({ attempts: 3, last: { redelivery: true, statusCode: 500 } })
    expect(report.settledUntil).toBeGreaterThan(github.deliveries.at(-1)?.deliveredAt ?? 0)
    expect(github.deliveries).toHaveLength(3)
  })

  it('leaves a delivery alone for a minute after its first attempt, and twice as long after each other', async () => {
    const { health, deliver, sweep } = await startRecoveringApp()
    await health('failing')
    await deliver(1)
    for (const minutes of [1, 2, 4, 8]) {
      const early = await sweep({ afterMs: minutes * MINUTE_MS - 5_000 })
      expect([early.redelivered.length, early.waiting.length]).toEqual([0, 1])
      expect((await sweep({ afterMs: 6_000 })).redelivered).toHaveLength(1)
    }
  })

  it('leaves alone what is too old', async () => {
    const { health, deliver, sweep } = await startRecoveringApp()
    await health('failing')
    await deliver(1)
    expect((await sweep({ afterMs: DAY_MS, maxAgeMs: DAY_MS - 1_000 })).redelivered).toEqual([])
    expect((await sweep({ afterMs: 0 })).redelivered).toHaveLength(1)
    expect((await sweep({ afterMs: 2 * DAY_MS })).redelivered).toEqual([])
  })

  it('redelivers what the filter chooses, and settles the rest', async () => {
    const { health, deliver, sweep, github } = await startRecoveringApp()
    await health('failing')
    await deliver(2, 'workflow_run')
    const issues = await deliver(1)
    const filter = ({ event }: { readonly event: string }) => event === 'issues'
    const { redelivered } = await sweep({ filter })
    expect(guidsOf(redelivered)).toEqual(issues)
    await health('up')
    await sweep({ filter, afterMs: 60 * MINUTE_MS })
    const { settledUntil } = await sweep({ filter, afterMs: 60 * MINUTE_MS })
    expect(settledUntil).toBeGreaterThan(github.deliveries.at(-2)?.deliveredAt ?? 0)
  })

  it('redelivers no more than maxRedeliveries, and goes on with the next sweep', async () => {
    const { health, deliver, sweep, handled } = await startRecoveringApp()
    await health('down')
    const missed = await deliver(5)
    await health('up')
    const report = await sweep({ maxRedeliveries: 3 })
    expect([report.endedBy, report.redelivered.length, report.waiting.length]).toEqual([
      'maxRedeliveries',
      3,
      2,
    ])
    expect(report.settledUntil).toBeLessThanOrEqual(report.waiting[0]?.first.deliveredAt ?? 0)
    expect((await sweep({ maxRedeliveries: 3, since: report.settledUntil })).endedBy).toBe('done')
    expect(counted(handled)).toEqual(counted(missed))
  })

  it('spaces redeliveries evenly', async () => {
    const time = timeline()
    const list = new DeliveryList()
    for (const guid of ['a', 'b', 'c']) list.record(guid, { deliveredAt: list.now - 5 * MINUTE_MS })
    const sentAt: number[] = []
    const start = time.clock.now()
    list.onRedelivery = () => sentAt.push(time.clock.now() - start)
    await time.settle(redeliverFailed(list, { clock: time.clock, perMinute: 20 }))
    expect(sentAt).toEqual([0, 3_000, 6_000])
  })
})

describe('redeliverFailed, beside itself', () => {
  it('may redeliver twice what is under way, and the receiver handles it once', async () => {
    const { health, deliver, sweep, handled } = await startRecoveringApp()
    await health('down')
    const missed = await deliver(5)
    await health('up')
    await Promise.all([sweep(), sweep()])
    expect(counted(handled)).toEqual(counted(missed))
    expect(await sweep({ afterMs: 60 * MINUTE_MS })).toMatchObject({ redelivered: [], waiting: [] })
  })
})

describe('redeliverFailed', () => {
  it('goes by the clock of GitHub, however wrong that of this machine is', async () => {
    for (const wrongMs of [-300 * DAY_MS, 300 * DAY_MS]) {
      const list = new DeliveryList()
      list.record('fresh')
      list.record('due', { deliveredAt: list.now - 2 * MINUTE_MS })
      list.record('old', { deliveredAt: list.now - 2 * DAY_MS })
      const clock = timeline(list.now + wrongMs).clock
      const { redelivered, settledUntil } = await redeliverFailed(list, { clock, maxAgeMs: DAY_MS })
      expect(guidsOf(redelivered)).toEqual(['due'])
      expect(list.now - settledUntil).toBe(10 * MINUTE_MS)
    }
  })

  it('redelivers what came within one second in the order in which it came', async () => {
    const list = new DeliveryList()
    const guids = ['opened', 'labeled', 'closed']
    for (const guid of guids) list.record(guid)
    list.now += 2 * MINUTE_MS
    const time = timeline()
    const { redelivered } = await time.settle(redeliverFailed(list, { clock: time.clock }))
    expect(guidsOf(redelivered)).toEqual(guids)
  })

  it('takes every 2xx for a success, and nothing else', async () => {
    const list = new DeliveryList()
    const deliveredAt = list.now - 2 * MINUTE_MS
    for (const statusCode of [0, 200, 202, 204, 299, 302, 401, 409, 500, 502, 504])
      list.record(String(statusCode), { deliveredAt, statusCode })
    const { redelivered } = await redeliverFailed(list, { perMinute: Number.POSITIVE_INFINITY })
    expect(counted(guidsOf(redelivered))).toEqual(['0', '302', '401', '409', '500', '502', '504'])
  })

  it('names attempts by ids that a number cannot hold', async () => {
    const list = new DeliveryList()
    list.record('a', { deliveredAt: list.now - 2 * MINUTE_MS })
    expect(Number('9007199254740993')).not.toBe(9_007_199_254_740_993n)
    expect((await redeliverFailed(list)).redelivered).toHaveLength(1)
    expect(list.requests).toEqual(['GET', 'POST 9007199254740993'])
  })

  it('works for one of several apps', async () => {
    const key = rsaKey()
    const github = await startSimulator({
      accounts: [{ login: 'acme' }],
      app: { privateKey: key.pkcs1, webhookUrl: 'http://127.0.0.1:1/', slug: 'acme-app' },
    })
    onTestFinished(() => github.close())
    github.ping()
    await github.settled()
    github.advance(2 * MINUTE_MS)
    const auth = createGitHubAuth({
      baseUrl: github.url,
      organizations: { acme: { appId: github.app.id, key: pemKey(key.pkcs1) } },
    })
    expect((await redeliverFailed(auth.appOf('acme'))).redelivered).toMatchObject([{ attempts: 1 }])
    await github.settled()
    expect(github.deliveries).toMatchObject([{ redelivery: false }, { redelivery: true }])
  })

  it.each([
    { since: -1 },
    { since: Number.NaN },
    { maxAgeMs: 0 },
    { maxAttempts: 0 },
    { pauseMs: -1 },
    { maxRedeliveries: 0 },
    { perMinute: Number.NaN },
  ])('refuses %o', async (options) => {
    await expect(redeliverFailed(new DeliveryList(), options)).rejects.toThrow(TypeError)
  })
})
