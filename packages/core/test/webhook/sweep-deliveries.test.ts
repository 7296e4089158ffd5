import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type RecoveryReport, type SweepOptions, sweepDeliveries } from '../../src/index.ts'
import { json } from '../scripted-github.ts'
import { timeline } from '../timeline.ts'
import { DeliveryList, MINUTE_MS } from './delivery-list.ts'

/** A loop over a list whose time is the one that the loop sleeps by; `prepare` says what is in the list when it begins. */
function sweeping(prepare: (list: DeliveryList) => void, options: SweepOptions = {}) {
  const time = timeline()
  const list = new DeliveryList()
  prepare(list)
  const aheadMs = list.now - time.clock.now()
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const reports: RecoveryReport[] = []
  const errors: unknown[] = []
  const app = {
    fetch: (path: string, init: RequestInit) => {
      list.now = time.clock.now() + aheadMs
      return time.track(list.fetch(path, init))
    },
  }
  const done = sweepDeliveries(app, {
    clock: time.clock,
    signal: stop.signal,
    onSweep: (report) => void reports.push(report),
    onError: (error) => void errors.push(error),
    ...options,
  })
  return { time, list, stop, reports, errors, done }
}

/** A list of deliveries that failed a while ago. */
function failing(...guids: readonly string[]): (list: DeliveryList) => void {
  return (list) => {
    for (const guid of guids) list.record(guid, { deliveredAt: list.now - 2 * MINUTE_MS })
  }
}

describe('sweepDeliveries', () => {
  it('sweeps at once, then five minutes after each sweep, until what failed has come', async () => {
    const { time, list, reports } = sweeping((fresh) => fresh.record('a'))
    list.answers = () => 500
    await time.pass(0)
    expect(reports).toHaveLength(1)
    await time.pass(5 * MINUTE_MS)
    list.answers = () => 200
    await time.pass(10 * MINUTE_MS)
    expect(list.of('a').map(({ statusCode }) => statusCode)).toEqual([200, 500, 500])
    await time.pass(60 * MINUTE_MS)
    expect([reports.length, list.of('a').length]).toEqual([16, 3])
  })

  it('lists only what is not settled yet', async () => {
    const { time, list, reports } = sweeping((fresh) => {
      fresh.pageSize = 10
      for (let count = 0; count < 95; count++) fresh.record(`guid-${count}`, { statusCode: 200 })
    })
    await time.pass(0)
    expect(list.requests).toHaveLength(10)
    await time.pass(30 * MINUTE_MS)
    list.requests.splice(0)
    await time.pass(5 * MINUTE_MS)
    expect(list.requests).toHaveLength(1)
    expect(reports.at(-1)?.settledUntil).toBe(list.now - 10 * MINUTE_MS)
  })

  it('goes on when GitHub is down, and says so', async () => {
    const { time, list, reports, errors } = sweeping((down) => {
      down.before = () => json({}, { status: 503 })
    })
    await time.pass(6 * MINUTE_MS)
    list.before = () => undefined
    await time.pass(5 * MINUTE_MS)
    expect(errors).toMatchObject([{ code: 'GITHUB_UNAVAILABLE' }, { code: 'GITHUB_UNAVAILABLE' }])
    expect(reports).toHaveLength(1)
  })

  it('never sweeps twice at a time', async () => {
    const { time, list, reports } = sweeping(failing('a', 'b', 'c'), {
      everyMs: 30_000,
      perMinute: 1,
    })
    await time.pass(MINUTE_MS)
    expect([reports.length, list.requests.length]).toEqual([0, 3])
    await time.pass(MINUTE_MS)
    expect([reports.length, list.requests.length]).toEqual([1, 4])
  })

  it('ends when the signal aborts, in the middle of a sweep as well', async () => {
    const { time, stop, done, reports } = sweeping(failing('a', 'b'), { perMinute: 1 })
    await time.pass(1_000)
    stop.abort()
    await done
    expect([reports.map(({ endedBy }) => endedBy), time.sleeping]).toEqual([['aborted'], 0])
  })

  it('ends when the signal aborts while it waits', async () => {
    const { time, stop, done, reports } = sweeping(failing())
    await time.pass(MINUTE_MS)
    stop.abort()
    await done
    expect([reports.length, time.sleeping]).toEqual([1, 0])
  })

  it('is not stopped by a listener that throws, and prints what nobody listens to', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => printed.mockRestore())
    const { time, list } = sweeping(failing(), {
      onError: undefined,
      onSweep: () => {
        throw new Error('the disk is full')
      },
    })
    await time.pass(MINUTE_MS)
    list.before = () => json({}, { status: 503 })
    await time.pass(5 * MINUTE_MS)
    expect(printed).toHaveBeenCalledTimes(2)
    expect(list.requests).toHaveLength(2)
  })

  it('refuses options that can never work, at once', async () => {
    await expect(sweepDeliveries(new DeliveryList(), { everyMs: 29_999 })).rejects.toThrow('everyMs')
    await expect(sweepDeliveries(new DeliveryList(), { maxAttempts: 0 })).rejects.toThrow('maxAttempts')
  })
})
