import { describe, expect, it } from 'vitest'
import { Flights } from '../../src/cache/flights.ts'
import { deferred } from '../deferred.ts'

/** What a promise becomes when the request that began it has ended, in Workers: nothing, and an error for who waits. */
function ended(): Promise<number> {
  const promise = new Promise<number>(() => undefined)
  const wait = (_: unknown, onRejected?: (error: unknown) => unknown) =>
    Promise.reject(new Error('This promise can never settle.')).catch(onRejected)
  const lost: Promise<number> = new Proxy(promise, {
    get: (_, name) => (name === 'then' ? wait : () => lost),
  })
  return lost
}

describe('Flights', () => {
  it('begins work once for all who ask at the same time, and again for who asks later', async () => {
    const flights = new Flights<number>()
    let begun = 0
    const start = async () => ++begun
    expect(await Promise.all([flights.join('a', start), flights.join('a', start)])).toEqual([1, 1])
    expect(await flights.join('a', start)).toBe(2)
  })

  it('keeps keys apart', async () => {
    const flights = new Flights<string>()
    const work = deferred<string>()
    const first = flights.join('a', () => work.promise)
    expect(await flights.join('b', async () => 'other')).toBe('other')
    expect([flights.has('a'), flights.has('b')]).toEqual([true, false])
    work.resolve('done')
    expect(await first).toBe('done')
  })

  it('lets a failure reach those who waited, and nobody after them', async () => {
    const flights = new Flights<number>()
    const fail = async () => {
      throw new Error('refused')
    }
    const outcomes = await Promise.allSettled([flights.join('a', fail), flights.join('a', async () => 1)])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await flights.join('a', async () => 1)).toBe(1)
  })

  it('begins anew, once, for all who wait for work that can never end', async () => {
    const flights = new Flights<number>()
    const lost = flights.join('a', ended)
    let begun = 0
    const start = async () => ++begun
    const joined = [flights.join('a', start), flights.join('a', start), flights.join('a', start)]
    expect(await Promise.all(joined)).toEqual([1, 1, 1])
    await expect(lost).rejects.toThrow('never settle')
    expect(flights.has('a')).toBe(false)
  })
})
