import type { Cache, Clock } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { cacheCases } from '../../src/conformance/cache-suite.ts'
import { describeCache } from '../../src/index.ts'
import { brokenRules } from './broken-rules.ts'

interface Entry {
  readonly value: string
  readonly expiresAt: number
}

class MapCache implements Cache {
  readonly entries = new Map<string, Entry>()
  readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  async get(key: string): Promise<string | undefined> {
    const entry = this.entries.get(key)
    return entry !== undefined && entry.expiresAt > this.clock.now() ? entry.value : undefined
  }

  async set(key: string, value: string, expiresAt: number): Promise<void> {
    this.entries.set(key, { value, expiresAt })
  }

  async delete(key: string): Promise<void> {
    this.entries.delete(key)
  }
}

describeCache('a map', ({ clock }) => new MapCache(clock))
describeCache('a map in real time', ({ clock }) => new MapCache(clock), { time: 'real' })

const BROKEN: Readonly<Record<string, (clock: Clock) => Cache>> = {
  'never forgets': (clock) =>
    Object.assign(new MapCache(clock), {
      async get(this: MapCache, key: string) {
        return this.entries.get(key)?.value
      },
    }),
  'forgets a millisecond late': (clock) => new MapCache({ ...clock, now: () => clock.now() - 1 }),
  'forgets a millisecond early': (clock) => new MapCache({ ...clock, now: () => clock.now() + 1 }),
  'takes the expiry as a span': (clock) =>
    Object.assign(new MapCache(clock), {
      async set(this: MapCache, key: string, value: string, expiresAt: number) {
        this.entries.set(key, { value, expiresAt: clock.now() + expiresAt })
      },
    }),
  'rejects an expiry that has passed': (clock) =>
    Object.assign(new MapCache(clock), {
      async set(this: MapCache, key: string, value: string, expiresAt: number) {
        if (expiresAt <= clock.now()) throw new RangeError('invalid expire time')
        this.entries.set(key, { value, expiresAt })
      },
    }),
  'ignores an expiry that has passed and keeps the old value': (clock) =>
    Object.assign(new MapCache(clock), {
      async set(this: MapCache, key: string, value: string, expiresAt: number) {
        if (expiresAt > clock.now()) this.entries.set(key, { value, expiresAt })
      },
    }),
  'keeps the longer of two expiries': (clock) =>
    Object.assign(new MapCache(clock), {
      async set(this: MapCache, key: string, value: string, expiresAt: number) {
        const known = this.entries.get(key)?.expiresAt ?? 0
        this.entries.set(key, { value, expiresAt: Math.max(known, expiresAt) })
      },
    }),
  'does not overwrite': (clock) =>
    Object.assign(new MapCache(clock), {
      async set(this: MapCache, key: string, value: string, expiresAt: number) {
        if (!this.entries.has(key)) this.entries.set(key, { value, expiresAt })
      },
    }),
  'deletes nothing': (clock) => Object.assign(new MapCache(clock), { delete: async () => undefined }),
  'takes the empty string for nothing': (clock) =>
    Object.assign(new MapCache(clock), {
      async get(this: MapCache, key: string) {
        return this.entries.get(key)?.value || undefined
      },
    }),
  'ignores the case of keys': (clock) => keyed(clock, (key) => key.toLowerCase()),
  'cuts keys at a NUL': (clock) => keyed(clock, (key) => key.split('\u0000', 1)[0] ?? ''),
  'deletes by pattern': (clock) =>
    Object.assign(new MapCache(clock), {
      async delete(this: MapCache, key: string) {
        for (const known of this.entries.keys())
          if (known === key || (key.endsWith('*') && known.startsWith(key.slice(0, -1))))
            this.entries.delete(known)
      },
    }),
  'keeps one byte a character': (clock) =>
    stored(clock, (value) => Buffer.from(value, 'latin1').toString('latin1')),
  'cuts long values': (clock) => stored(clock, (value) => value.slice(0, 65_000)),
  'keeps entries as properties': () => {
    const entries: Record<string, string | undefined> = {}
    return {
      get: async (key) => entries[key],
      set: async (key, value) => {
        entries[key] = value
      },
      delete: async (key) => {
        delete entries[key]
      },
    }
  },
}

function keyed(clock: Clock, change: (key: string) => string): Cache {
  const cache = new MapCache(clock)
  return {
    get: (key) => cache.get(change(key)),
    set: (key, value, expiresAt) => cache.set(change(key), value, expiresAt),
    delete: (key) => cache.delete(change(key)),
  }
}

function stored(clock: Clock, change: (value: string) => string): Cache {
  const cache = new MapCache(clock)
  return {
    get: (key) => cache.get(key),
    set: (key, value, expiresAt) => cache.set(key, change(value), expiresAt),
    delete: (key) => cache.delete(key),
  }
}

describe('describeCache', () => {
  it.each(Object.entries(BROKEN))('fails a cache that %s', async (_, make) => {
    const broken = await brokenRules(cacheCases, { factory: ({ clock }) => make(clock) })
    expect(broken).not.toEqual([])
    expect(broken.length).toBeLessThan(cacheCases.length)
  })

  it('fails a cache that rejects in every rule', async () => {
    const failing = async () => Promise.reject(new Error('down'))
    const broken = await brokenRules(cacheCases, {
      factory: () => ({ get: failing, set: failing, delete: failing }),
    })
    expect(broken).toEqual(cacheCases.map((rule) => rule.name))
  })
})
