import { manualClock } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { StoreGuard } from '../../src/cache/store-guard.ts'
import { type HubauthEvent, sealing } from '../../src/index.ts'

function guarded() {
  const clock = manualClock()
  const reports: unknown[] = []
  const events: HubauthEvent[] = []
  const guard = new StoreGuard({
    clock,
    store: 'cache',
    failed: 'The store failed.',
    report: (error) => reports.push(error),
    observe: (event) => events.push(event),
  })
  return { clock, guard, reports, events }
}

const down = () => Promise.reject(new Error('ECONNREFUSED'))
const up = async () => 'value'

/** A store that hangs, counts its calls, and says which were given up. */
function hanging() {
  const signals: AbortSignal[] = []
  const call = (signal: AbortSignal) => {
    signals.push(signal)
    return new Promise<never>(() => undefined)
  }
  return { signals, call }
}

describe('the guard of a shared store', () => {
  it('passes on what the store gives', async () => {
    const { guard, reports } = guarded()
    expect(await guard.run(up)).toBe('value')
    expect(reports).toEqual([])
  })

  it('makes a failure count as nothing, and reports it once, however many fail', async () => {
    const { clock, guard, reports, events } = guarded()
    expect(await Promise.all([guard.run(down), guard.run(down), guard.run(down)])).toEqual(
      Array.from({ length: 3 }, () => 'failed'),
    )
    await clock.advance(60_000)
    expect(await guard.run(down)).toBe('failed')
    expect(reports).toMatchObject([{ code: 'CACHE_FAILED' }])
    expect(events).toMatchObject([{ type: 'store', store: 'cache', state: 'down' }])
  })

  it('gives up a call after a second, and tells it by its signal', async () => {
    const { clock, guard, reports } = guarded()
    const { signals, call } = hanging()
    const answer = guard.run(call)
    await clock.advance(999)
    expect(signals[0]?.aborted).toBe(false)
    await clock.advance(1)
    expect(await answer).toBe('failed')
    expect(signals[0]?.aborted).toBe(true)
    expect(reports).toHaveLength(1)
  })

  it('leaves a store that failed alone for half a second, then asks it with one call at a time', async () => {
    const { clock, guard } = guarded()
    await guard.run(down)
    const { signals, call } = hanging()
    expect(await guard.run(call)).toBe('failed')
    await clock.advance(499)
    expect(await guard.run(call)).toBe('failed')
    expect(signals).toHaveLength(0)
    await clock.advance(1)
    const probe = guard.run(call)
    expect(await Promise.all([guard.run(call), guard.run(call)])).toEqual(['failed', 'failed'])
    expect(signals).toHaveLength(1)
    await clock.advance(1_000)
    expect(await probe).toBe('failed')
  })

  it('asks less and less often, but every five seconds, while the store stays down', async () => {
    const { clock, guard } = guarded()
    const askedAt: number[] = []
    const startedAt = clock.now()
    for (let at = 0; at < 30_000; at += 250) {
      await guard.run(() => {
        askedAt.push(clock.now() - startedAt)
        return down()
      })
      await clock.advance(250)
    }
    expect(askedAt).toEqual([0, 500, 1_500, 3_500, 7_500, 12_500, 17_500, 22_500, 27_500])
  })

  it('uses a store again as soon as one call succeeds, tells for how long it was down, and reports the next outage', async () => {
    const { clock, guard, reports, events } = guarded()
    await guard.run(down)
    await clock.advance(500)
    expect(await guard.run(up)).toBe('value')
    expect(guard.isDown).toBe(false)
    expect(await Promise.all([guard.run(up), guard.run(up)])).toEqual(['value', 'value'])
    await guard.run(down)
    expect(reports).toHaveLength(2)
    expect(events.map((event) => event.type === 'store' && event.state)).toEqual(['down', 'up', 'down'])
    expect(events[1]).toMatchObject({ downMs: 500 })
  })

  it('reports a value that was damaged, and goes on using the store', async () => {
    const { guard, reports, events } = guarded()
    const open = () => sealing('x'.repeat(32), 'sealWith').open('name', 'damaged')
    expect(await guard.run(open)).toBe('failed')
    expect(await guard.run(up)).toBe('value')
    expect(reports).toMatchObject([{ code: 'CACHE_FAILED', cause: { code: 'SEAL_BROKEN' } }])
    expect(events).toEqual([])
  })

  it('leaves the store alone for half a second, however many calls failed together', async () => {
    const { clock, guard } = guarded()
    await Promise.all(Array.from({ length: 5 }, () => guard.run(down)))
    await clock.advance(500)
    expect(await guard.run(up)).toBe('value')
  })

  it('lets urgent calls through while the store is left alone', async () => {
    const { guard } = guarded()
    await guard.run(down)
    expect(await guard.run(up)).toBe('failed')
    expect(await guard.run(up, { isUrgent: true })).toBe('value')
    expect(guard.isDown).toBe(false)
  })

  it('asks again when a call that was to find out ended without a word, as in Workers', async () => {
    const silent = manualClock()
    let isSilent = false
    const clock = {
      now: () => silent.now(),
      sleep: (ms: number, signal?: AbortSignal) =>
        isSilent ? new Promise<void>(() => undefined) : silent.sleep(ms, signal),
    }
    const report = () => undefined
    const guard = new StoreGuard({ clock, store: 'cache', failed: 'It failed.', report, observe: undefined })
    await guard.run(down)
    await silent.advance(500)
    isSilent = true
    void guard.run(() => new Promise(() => undefined))
    isSilent = false
    await silent.advance(60_000)
    expect(await guard.run(up)).toBe('value')
  })

  it('does not wait longer when the clock is set back', async () => {
    const { clock, guard } = guarded()
    await guard.run(down)
    await clock.setTo(clock.now() - 3_600_000)
    expect(await guard.run(up)).toBe('value')
  })
})
