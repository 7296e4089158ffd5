import type { Clock, Lease } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { leaseCases } from '../../src/conformance/lease-suite.ts'
import { describeLease } from '../../src/index.ts'
import { brokenRules } from './broken-rules.ts'

interface Holder {
  readonly expiresAt: number
}

/** A correct lease, unless one of its flaws is asked for. */
function mapLease(clock: Clock, flaw?: string): Lease {
  const holders = new Map<string, Holder>()
  return {
    async acquire(name, ttlMs, { signal } = {}) {
      if (flaw !== 'ignores the signal') signal?.throwIfAborted()
      const key = flaw === 'holds all keys together' ? 'one' : name
      if (flaw === 'looks before it takes') await Promise.resolve()
      const held = holders.get(key)
      const over = flaw === 'never runs out' ? false : (held?.expiresAt ?? 0) <= clock.now()
      if (held !== undefined && !over) return undefined
      if (flaw === 'looks before it takes') await Promise.resolve()
      const mine = { expiresAt: clock.now() + (flaw === 'runs out early' ? ttlMs - 1 : ttlMs) }
      holders.set(key, mine)
      if (flaw === 'gives up when the signal aborts later')
        signal?.addEventListener('abort', () => holders.delete(key))
      return async () => {
        if (flaw === 'keeps what is released') return
        if (flaw === 'rejects the second release' && holders.get(key) !== mine) throw new Error('not held')
        if (flaw === 'frees the next holder' || holders.get(key) === mine) holders.delete(key)
      }
    },
  }
}

describeLease('a map', ({ clock }) => mapLease(clock))
describeLease('a map in real time', ({ clock }) => mapLease(clock), { time: 'real' })

describe('describeLease', () => {
  it.each([
    'ignores the signal',
    'holds all keys together',
    'looks before it takes',
    'never runs out',
    'runs out early',
    'gives up when the signal aborts later',
    'keeps what is released',
    'rejects the second release',
    'frees the next holder',
  ])('fails a lease that %s', async (flaw) => {
    const broken = await brokenRules(leaseCases, { factory: ({ clock }) => mapLease(clock, flaw) })
    expect(broken).not.toEqual([])
    expect(broken.length).toBeLessThan(leaseCases.length)
  })
})
