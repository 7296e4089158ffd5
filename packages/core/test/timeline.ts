import { setImmediate } from 'node:timers/promises'
import { manualClock } from '@hubauth/testing'
import type { Clock, KeySource, TokenCache } from '../src/index.ts'

/** A manual clock for work that also does real I/O: it moves only while nothing real is under way. */
export interface Timeline {
  readonly clock: Clock
  /** What was slept, in milliseconds, in order: waits and deadlines alike. */
  readonly sleeps: readonly number[]
  /** How many sleep right now. */
  readonly sleeping: number
  /** Marks real work, so that time waits for it. */
  track<T>(work: Promise<T>): Promise<T>
  trackKey(key: KeySource): KeySource
  trackCache(cache: TokenCache): TokenCache
  /** Resolves when no tracked work is under way and all that follows from it was started. */
  idle(): Promise<void>
  /** Lets `ms` milliseconds pass, each sleeper waking at its own moment. */
  pass(ms: number): Promise<void>
  /** Lets time pass until `work` has settled. @throws {Error} When it waits for something that never comes. */
  settle<T>(work: Promise<T>): Promise<T>
  /** What became of `work` by now, without letting time pass. */
  stateOf(work: Promise<unknown>): Promise<'pending' | 'fulfilled' | 'rejected'>
}

/** More steps than any test needs: what takes longer goes in circles. */
const MAX_STEPS = 500

/** Starts a timeline at the manual clock's own beginning. */
export function timeline(startMs?: number): Timeline {
  const manual = manualClock(startMs)
  const underWay = new Set<Promise<unknown>>()
  const due = new Set<{ readonly at: number }>()
  const sleeps: number[] = []
  const clock: Clock = {
    now: () => manual.now(),
    async sleep(ms, signal) {
      const entry = { at: manual.now() + ms }
      sleeps.push(ms)
      due.add(entry)
      await manual.sleep(ms, signal).finally(() => due.delete(entry))
    },
  }
  const track = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work)
    const done = () => underWay.delete(work)
    work.then(done, done)
    return work
  }
  const idle = async () => {
    do {
      await Promise.allSettled(underWay)
      await setImmediate()
      await setImmediate()
    } while (underWay.size > 0)
  }
  const nextDue = () => Math.min(...[...due].map(({ at }) => at))
  const stateOf = async (work: Promise<unknown>) => {
    // Whoever made it looks at its outcome later; until then a rejection is nobody's oversight.
    work.catch(() => undefined)
    await idle()
    const pending = Symbol()
    return Promise.race([work, pending]).then(
      (value) => (value === pending ? 'pending' : 'fulfilled'),
      () => 'rejected' as const,
    )
  }
  return {
    clock,
    sleeps,
    get sleeping() {
      return due.size
    },
    track,
    trackKey: (key) => ({ sign: (input, options) => track(key.sign(input, options)) }),
    trackCache: (cache) => ({
      protection: cache.protection,
      get: (key) => track(cache.get(key)),
      set: (key, value, expiresAt) => track(cache.set(key, value, expiresAt)),
      delete: (key) => track(cache.delete(key)),
    }),
    idle,
    stateOf,
    async pass(ms) {
      const target = manual.now() + ms
      for (let step = 0; step < MAX_STEPS; step++) {
        await idle()
        if (nextDue() > target) return manual.advance(target - manual.now())
        await manual.advance(Math.max(0, nextDue() - manual.now()))
      }
      throw new Error(`more than ${MAX_STEPS} sleeps in ${ms} ms`)
    },
    async settle(work) {
      for (let step = 0; step < MAX_STEPS; step++) {
        if ((await stateOf(work)) !== 'pending') return work
        if (due.size === 0) throw new Error('it waits for something that never comes')
        await manual.advance(Math.max(0, nextDue() - manual.now()))
      }
      throw new Error(`not settled after ${MAX_STEPS} sleeps`)
    },
  }
}
