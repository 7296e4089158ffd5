import { strictEqual } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Cache } from '@hubauth/core'
import { type ConformanceCase, type ConformanceOptions, describeCases } from './conformance-case.ts'
import { type StoreContext, type StoreTime, type StoreTimeOptions, storeTime } from './store-time.ts'

/** Makes the cache for one test. Several may share one server: every test uses keys of its own. */
export type CacheFactory = (context: StoreContext) => Cache | Promise<Cache>

/** Options of {@link describeCache}. */
export interface DescribeCacheOptions extends ConformanceOptions, StoreTimeOptions {}

/** What every cache must do, registered with vitest. @throws {TypeError} For a skip that names no test of the suite. */
export function describeCache(name: string, factory: CacheFactory, options: DescribeCacheOptions = {}): void {
  const subject = { factory, ...options }
  describeCases(`${name}: cache`, { cases: cacheCases, subject, ...options })
}

/** @internal */
export interface CacheSubject extends StoreTimeOptions {
  readonly factory: CacheFactory
}

interface CacheTools {
  readonly cache: Cache
  readonly time: StoreTime
  /** A key that no other test uses. */
  readonly key: string
  /** A moment that does not come during the test. */
  readonly later: number
}

/** The rules themselves. @internal */
export const cacheCases: readonly ConformanceCase<CacheSubject>[] = [
  cacheCase('returns undefined for what was never kept', async ({ cache, key }) => {
    strictEqual(await cache.get(key), undefined)
  }),
  cacheCase('returns what was kept', async ({ cache, key, later }) => {
    await cache.set(key, 'value', later)
    strictEqual(await cache.get(key), 'value')
    strictEqual(await cache.get(key), 'value')
  }),
  cacheCase('keeps an entry until the millisecond it expires', async ({ cache, key, time }) => {
    const expiresAt = time.clock.now() + time.spanMs
    await cache.set(key, 'value', expiresAt)
    await time.passUntilBefore(expiresAt)
    strictEqual(await cache.get(key), 'value')
    await time.passUntil(expiresAt)
    strictEqual(await cache.get(key), undefined)
  }),
  cacheCase('takes the expiry as a moment, not as a span', async ({ cache, key, time }) => {
    const expiresAt = time.clock.now() + time.spanMs
    await time.passUntilBefore(expiresAt)
    await cache.set(key, 'value', expiresAt)
    await time.passUntil(expiresAt)
    strictEqual(await cache.get(key), undefined)
  }),
  cacheCase('keeps an entry that expires in a year', async ({ cache, key, time }) => {
    await cache.set(key, 'value', time.clock.now() + 365 * 24 * 60 * 60 * 1_000)
    strictEqual(await cache.get(key), 'value')
  }),
  cacheCase('keeps nothing, and does not fail, when the expiry has passed', async ({ cache, key, time }) => {
    await cache.set(key, 'value', time.clock.now() - 1)
    strictEqual(await cache.get(key), undefined)
    await cache.set(key, 'value', 0)
    strictEqual(await cache.get(key), undefined)
  }),
  cacheCase('drops what it had when the new expiry has passed', async ({ cache, key, time, later }) => {
    await cache.set(key, 'old', later)
    await cache.set(key, 'new', time.clock.now() - 1)
    strictEqual(await cache.get(key), undefined)
  }),
  cacheCase('replaces the value and the expiry together', async ({ cache, key, time, later }) => {
    await cache.set(key, 'short', time.clock.now() + time.spanMs)
    await cache.set(key, 'long', later)
    await time.passUntil(time.clock.now() + time.spanMs)
    strictEqual(await cache.get(key), 'long')
  }),
  cacheCase('takes a shorter expiry than before', async ({ cache, key, time, later }) => {
    await cache.set(key, 'long', later)
    const expiresAt = time.clock.now() + time.spanMs
    await cache.set(key, 'short', expiresAt)
    strictEqual(await cache.get(key), 'short')
    await time.passUntil(expiresAt)
    strictEqual(await cache.get(key), undefined)
  }),
  cacheCase('forgets a deleted entry, and keeps a new one after that', async ({ cache, key, later }) => {
    await cache.set(key, 'value', later)
    await cache.delete(key)
    strictEqual(await cache.get(key), undefined)
    await cache.set(key, 'again', later)
    strictEqual(await cache.get(key), 'again')
  }),
  cacheCase('deletes what is not there without an error', async ({ cache, key }) => {
    await cache.delete(key)
    await cache.delete(key)
  }),
  cacheCase('keeps the empty string apart from nothing', async ({ cache, key, later }) => {
    await cache.set(key, '', later)
    strictEqual(await cache.get(key), '')
  }),
  cacheCase('keeps 64 KiB unchanged', async ({ cache, key, later }) => {
    const value = '0123456789abcdef'.repeat(4_096)
    await cache.set(key, value, later)
    strictEqual(await cache.get(key), value)
  }),
  cacheCase(
    'keeps text of every script, and control characters, unchanged',
    async ({ cache, key, later }) => {
      const value = 'Grüße, 世界 👩‍👩‍👧 \u0000\u001f\u007f\r\n "\'\\ end'
      await cache.set(`${key}:${value}`, value, later)
      strictEqual(await cache.get(`${key}:${value}`), value)
    },
  ),
  cacheCase('keeps similar keys apart', async ({ cache, key, later }) => {
    const keys = ['', ':', ':a', ':A', ':a:b', ':a b', ':a*', ':a?', ':a%', ':a_', ':á', '\u0000'].map(
      (end) => `${key}${end}`,
    )
    for (const [index, one] of keys.entries()) await cache.set(one, String(index), later)
    for (const [index, one] of keys.entries()) strictEqual(await cache.get(one), String(index))
    await cache.delete(`${key}:a*`)
    strictEqual(await cache.get(`${key}:a`), '2')
  }),
  cacheCase('treats keys as names, not as properties', async ({ cache, later }) => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      await cache.delete(name)
      strictEqual(await cache.get(name), undefined)
      await cache.set(name, 'value', later)
      strictEqual(await cache.get(name), 'value')
      await cache.delete(name)
    }
  }),
  cacheCase('serves a hundred callers at once', async ({ cache, key, later }) => {
    const numbers = Array.from({ length: 100 }, (_, index) => index)
    await Promise.all(numbers.map((number) => cache.set(`${key}:${number}`, `value ${number}`, later)))
    const values = await Promise.all(numbers.map((number) => cache.get(`${key}:${number}`)))
    for (const number of numbers) strictEqual(values[number], `value ${number}`)
  }),
]

function cacheCase(name: string, rule: (tools: CacheTools) => Promise<void>): ConformanceCase<CacheSubject> {
  return {
    name,
    async run({ factory, ...options }) {
      const time = storeTime(options)
      const cache = await factory({ clock: time.clock })
      await rule({ cache, time, key: `conformance:${randomUUID()}`, later: time.clock.now() + 3_600_000 })
    },
  }
}
