import { describe, expect, it } from 'vitest'
import { manualClock } from '../src/index.ts'

describe('manualClock', () => {
  it('stands still until it is moved', async () => {
    const clock = manualClock(1_000)
    expect(clock.now()).toBe(1_000)
    await clock.advance(500)
    expect(clock.now()).toBe(1_500)
    await clock.setTo(9_000)
    expect(clock.now()).toBe(9_000)
  })

  it('starts at the same moment in every run', () => {
    expect(new Date(manualClock().now()).toISOString()).toBe('2026-01-01T00:00:00.000Z')
  })

  it('wakes a sleeper at its moment and not a millisecond before', async () => {
    const clock = manualClock(0)
    const woken: number[] = []
    void clock.sleep(100).then(() => woken.push(clock.now()))
    await clock.advance(99)
    expect(woken).toEqual([])
    expect(clock.sleeping).toBe(1)
    await clock.advance(1)
    expect(woken).toEqual([100])
    expect(clock.sleeping).toBe(0)
  })

  it('wakes sleepers in the order they are due, each at its own moment', async () => {
    const clock = manualClock(0)
    const woken: string[] = []
    for (const ms of [300, 100, 200, 100])
      void clock.sleep(ms).then(() => woken.push(`${ms} at ${clock.now()}`))
    await clock.advance(1_000)
    expect(woken).toEqual(['100 at 100', '100 at 100', '200 at 200', '300 at 300'])
    expect(clock.now()).toBe(1_000)
  })

  it('lets woken code go to sleep again within the same advance', async () => {
    const clock = manualClock(0)
    const beats: number[] = []
    const beat = async () => {
      for (let count = 0; count < 5; count++) {
        await clock.sleep(100)
        await Promise.resolve().then(() => undefined)
        beats.push(clock.now())
      }
    }
    void beat()
    await clock.advance(450)
    expect(beats).toEqual([100, 200, 300, 400])
    await clock.advance(50)
    expect(beats).toEqual([100, 200, 300, 400, 500])
  })

  it('lets what was started before settle before time moves', async () => {
    const clock = manualClock(0)
    const start = async () => {
      for (let hop = 0; hop < 20; hop++) await Promise.resolve()
      await clock.sleep(100)
      return clock.now()
    }
    const end = start()
    await clock.advance(100)
    expect(await end).toBe(100)
  })

  it('rejects a sleeper with the reason of its signal, and forgets it', async () => {
    const clock = manualClock(0)
    const controller = new AbortController()
    const reason = new Error('enough')
    const sleep = clock.sleep(100, controller.signal)
    controller.abort(reason)
    await expect(sleep).rejects.toBe(reason)
    expect(clock.sleeping).toBe(0)
    await expect(clock.sleep(100, controller.signal)).rejects.toBe(reason)
  })

  it('does not reject a sleeper that woke before its signal aborted', async () => {
    const clock = manualClock(0)
    const controller = new AbortController()
    const sleep = clock.sleep(100, controller.signal)
    await clock.advance(100)
    controller.abort()
    await expect(sleep).resolves.toBeUndefined()
  })

  it('does not sleep for nothing or less', async () => {
    const clock = manualClock(0)
    await clock.sleep(0)
    await clock.sleep(-1)
    expect(clock.sleeping).toBe(0)
  })

  it('leaves sleepers the time they had left when it is set back', async () => {
    const clock = manualClock(10_000)
    let woken = false
    void clock.sleep(100).then(() => {
      woken = true
    })
    await clock.advance(60)
    await clock.setTo(5_000)
    expect(clock.now()).toBe(5_000)
    await clock.advance(39)
    expect(woken).toBe(false)
    await clock.advance(1)
    expect(woken).toBe(true)
    expect(clock.now()).toBe(5_040)
  })

  it('tells when enough callers sleep', async () => {
    const clock = manualClock(0)
    const both = clock.untilSleeping(2)
    let told = false
    void both.then(() => {
      told = true
    })
    void clock.sleep(1)
    await clock.advance(0)
    expect(told).toBe(false)
    void clock.sleep(1)
    await both
    await clock.untilSleeping(1)
  })

  it('refuses to move by or to what is no time', async () => {
    expect(() => manualClock(Number.NaN)).toThrow(TypeError)
    await expect(manualClock().advance(-1)).rejects.toThrow(TypeError)
    await expect(manualClock().advance(Number.POSITIVE_INFINITY)).rejects.toThrow(TypeError)
    await expect(manualClock().setTo(Number.NaN)).rejects.toThrow(TypeError)
  })
})
