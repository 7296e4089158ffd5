import { describe, expect, it } from 'vitest'
import { type FailedDelivery, redeliverFailed } from '../../src/index.ts'
import { timeline } from '../timeline.ts'
import { DeliveryList, MINUTE_MS } from './delivery-list.ts'
import { startRecoveringApp } from './recovering-app.ts'

const ATTEMPTS = '/app/hook/deliveries/{delivery_id}/attempts'

const guidsOf = (deliveries: readonly FailedDelivery[]) => deliveries.map(({ first }) => first.guid)
const counted = (guids: readonly string[]) => [...guids].sort()

describe('redeliverFailed, ended in the middle', () => {
  it('loses nothing and doubles nothing when the next sweep goes on', async () => {
    const { health, deliver, sweep, handled, github, app } = await startRecoveringApp()
    await health('down')
    const missed = await deliver(10)
    await health('up')
    const killed = new AbortController()
    let sent = 0
    const dying = {
      fetch: (path: string, init: RequestInit) => {
        if (init.method === 'POST' && ++sent === 4) killed.abort(new Error('killed'))
        return app.fetch(path, init)
      },
    }
    github.advance(2 * MINUTE_MS)
    const report = await redeliverFailed(dying, {
      signal: killed.signal,
      perMinute: Number.POSITIVE_INFINITY,
    })
    expect([report.endedBy, report.redelivered.length, report.waiting.length]).toEqual(['aborted', 3, 7])
    await github.settled()
    expect((await sweep({ since: report.settledUntil })).redelivered).toHaveLength(7)
    expect(counted(handled)).toEqual(counted(missed))
  })

  it('loses nothing and doubles nothing when the answers of GitHub are lost', async () => {
    const { health, deliver, sweep, handled, github } = await startRecoveringApp()
    await health('down')
    const missed = await deliver(3)
    await health('up')
    github.fail({ method: 'POST', route: ATTEMPTS, response: 'truncate' })
    github.fail({ method: 'POST', route: ATTEMPTS, response: 'reset' })
    const { refused, redelivered } = await sweep()
    expect([refused.length, redelivered.length]).toEqual([2, 1])
    expect((await sweep()).redelivered).toHaveLength(1)
    expect(counted(handled)).toEqual(counted(missed))
  })

  it('ends when GitHub throttles for longer than the app waits', async () => {
    const { health, deliver, sweep, handled, github } = await startRecoveringApp()
    await health('down')
    const missed = await deliver(3)
    await health('up')
    const response = { status: 429, headers: { 'retry-after': '3600' } }
    github.fail({ method: 'POST', route: ATTEMPTS, after: 1, response })
    expect(await sweep()).toMatchObject({ endedBy: 'throttled', redelivered: [{}], waiting: [{}, {}] })
    await sweep()
    expect(counted(handled)).toEqual(counted(missed))
  })

  it('ends at once while it waits between two redeliveries', async () => {
    const time = timeline()
    const list = new DeliveryList()
    for (const guid of ['a', 'b']) list.record(guid, { deliveredAt: list.now - 5 * MINUTE_MS })
    const killed = new AbortController()
    const sweep = redeliverFailed(list, { clock: time.clock, signal: killed.signal })
    await time.idle()
    killed.abort()
    expect(await sweep).toMatchObject({ endedBy: 'aborted', redelivered: [{}], waiting: [{}] })
  })

  it('sends nothing when the signal has aborted before', async () => {
    const list = new DeliveryList()
    const report = await redeliverFailed(list, { signal: AbortSignal.abort(), since: 5 })
    expect([report.endedBy, report.settledUntil, list.requests]).toEqual(['aborted', 5, []])
  })

  it('finds what is behind a delivery that took longer than others', async () => {
    const list = new DeliveryList()
    list.pageSize = 1
    const slowSince = list.now
    list.now += MINUTE_MS
    const since = list.now
    list.record('failed')
    list.now += MINUTE_MS
    list.record('slow', { deliveredAt: slowSince, statusCode: 200 })
    list.now += 20 * MINUTE_MS
    expect(guidsOf((await redeliverFailed(list, { since })).redelivered)).toEqual(['failed'])
  })
})
