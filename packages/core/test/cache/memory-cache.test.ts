import { describe, expect, it } from 'vitest'
import { memoryCache } from '../../src/index.ts'

const FAR = Number.MAX_SAFE_INTEGER

describe('memoryCache', () => {
  it('forgets the oldest entry when it is full', async () => {
    const cache = memoryCache({ maxEntries: 2 })
    for (const key of ['a', 'b', 'c']) await cache.set(key, key, FAR)
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual([undefined, 'b', 'c'])
  })

  it('counts an entry that was set again as the newest', async () => {
    const cache = memoryCache({ maxEntries: 2 })
    for (const key of ['a', 'b', 'a', 'c']) await cache.set(key, key, FAR)
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual(['a', undefined, 'c'])
  })

  it('keeps 100 000 entries unless told otherwise, and the newest of more', async () => {
    const cache = memoryCache()
    for (let index = 0; index < 100_000; index++) await cache.set(String(index), 'value', FAR)
    expect(await cache.get('0')).toBe('value')
    await cache.set('100000', 'value', FAR)
    expect([await cache.get('0'), await cache.get('99999'), await cache.get('100000')]).toEqual([
      undefined,
      'value',
      'value',
    ])
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses room for %d entries', (maxEntries) => {
    expect(() => memoryCache({ maxEntries })).toThrow(TypeError)
  })

  it('never leaves the process, and says so', () => {
    expect(memoryCache().protection).toBe('memory')
  })
})
