import { describe, expect, it } from 'vitest'
import { untilAborted, withDeadline } from '../src/clock.ts'
import { systemClock } from '../src/index.ts'
import { deferred } from './deferred.ts'
import { errorWithCode, rejection } from './rejection.ts'
import { timeline } from './timeline.ts'

describe('systemClock', () => {
  it('tells the time of the machine', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000)
  })

  it('wakes from a sleep of no length', async () => {
    expect(await systemClock.sleep(0)).toBe(undefined)
  })

  it('ends a sleep with the reason of the signal, at once and whenever it aborts', async () => {
    const controller = new AbortController()
    const asleep = rejection(systemClock.sleep(Number.POSITIVE_INFINITY, controller.signal))
    controller.abort('enough')
    expect(await asleep).toBe('enough')
    expect(await rejection(systemClock.sleep(3_600_000, controller.signal))).toBe('enough')
  })

  it('does not take a sleep that is longer than a timer can be for none at all', async () => {
    const controller = new AbortController()
    let isAwake = false
    const asleep = systemClock.sleep(2 ** 40, controller.signal).then(
      () => {
        isAwake = true
      },
      () => undefined,
    )
    await systemClock.sleep(5)
    expect(isAwake).toBe(false)
    controller.abort()
    await asleep
  })
})

describe('untilAborted', () => {
  it('does not leave a failure behind that nobody looks at', async () => {
    const work = deferred<never>()
    const given = rejection(untilAborted(work.promise, AbortSignal.abort('enough')))
    work.reject(new Error('too late'))
    expect(await given).toBe('enough')
    await timeline().idle()
  })
})

describe('withDeadline', () => {
  const options = (time = timeline()) => ({
    time,
    limit: { clock: time.clock, timeoutMs: 1_000, what: 'Waiting' },
  })

  it('gives what the work gives, and leaves no timer behind', async () => {
    const { time, limit } = options()
    expect(await withDeadline(limit, async ({ at }) => at - time.clock.now())).toBe(1_000)
    await time.idle()
    expect(time.sleeping).toBe(0)
  })

  it('ends work that takes longer, also when it ignores the signal, and tells the signal why', async () => {
    const { time, limit } = options()
    let signal: AbortSignal | undefined
    const work = withDeadline(limit, (deadline) => {
      signal = deadline.signal
      return new Promise(() => undefined)
    })
    const error = await errorWithCode('TIMEOUT', time.settle(work))
    expect(error.message).toMatch(/^Waiting took longer than 1000 ms\./)
    expect(signal?.reason).toBe(error)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws before it begins',
      () => {
        throw new Error('no')
      },
    ],
  ])('leaves no timer behind when the work %s', async (_, work) => {
    const { time, limit } = options()
    expect(await rejection(withDeadline(limit, work))).toEqual(new Error('no'))
    await time.idle()
    expect(time.sleeping).toBe(0)
  })
})
