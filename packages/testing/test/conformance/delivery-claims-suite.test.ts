import { type Clock, type DeliveryClaims, memoryClaims } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { deliveryClaimsCases } from '../../src/conformance/delivery-claims-suite.ts'
import { describeDeliveryClaims } from '../../src/index.ts'
import { brokenRules } from './broken-rules.ts'

describeDeliveryClaims('memoryClaims', ({ clock }) => memoryClaims({ clock }))
describeDeliveryClaims('memoryClaims in real time', ({ clock }) => memoryClaims({ clock }), { time: 'real' })

interface Entry {
  readonly state: 'running' | 'handled'
  readonly expiresAt: number
}

/** Correct claims, unless one of their flaws is asked for. */
function mapClaims(clock: Clock, flaw?: string): DeliveryClaims {
  const entries = new Map<string, Entry>()
  return {
    async claim(name, { ttlMs, runningTtlMs }) {
      const key = flaw === 'ignores the case of keys' ? name.toLowerCase() : name
      const found = entries.get(key)
      if (flaw === 'looks before it takes') await Promise.resolve()
      if (found !== undefined && (flaw === 'never forgets' || found.expiresAt > clock.now()))
        return flaw === 'calls everything handled' ? 'handled' : found.state
      const runFor = flaw === 'remembers running claims as long as handled ones' ? ttlMs : runningTtlMs
      const mine: Entry = {
        state: 'running',
        expiresAt: clock.now() + runFor + (flaw === 'runs out late' ? 1 : 0),
      }
      entries.set(key, mine)
      return {
        async complete() {
          const rememberFor = flaw === 'forgets a handled delivery with its claim' ? runningTtlMs : ttlMs
          if (flaw === 'completes nothing') return
          if (flaw === 'frees what is complete') entries.delete(key)
          else entries.set(key, { state: 'handled', expiresAt: clock.now() + rememberFor })
        },
        async release() {
          if (flaw === 'releases nothing') return
          if (flaw === 'frees the next claim' || entries.get(key) === mine) entries.delete(key)
        },
      }
    },
  }
}

describe('describeDeliveryClaims', () => {
  it('passes claims without a flaw', async () => {
    expect(await brokenRules(deliveryClaimsCases, { factory: ({ clock }) => mapClaims(clock) })).toEqual([])
  })

  it.each([
    'ignores the case of keys',
    'looks before it takes',
    'never forgets',
    'calls everything handled',
    'remembers running claims as long as handled ones',
    'runs out late',
    'forgets a handled delivery with its claim',
    'completes nothing',
    'frees what is complete',
    'releases nothing',
    'frees the next claim',
  ])('fails claims that have the flaw: %s', async (flaw) => {
    const broken = await brokenRules(deliveryClaimsCases, { factory: ({ clock }) => mapClaims(clock, flaw) })
    expect(broken).not.toEqual([])
    expect(broken.length).toBeLessThan(deliveryClaimsCases.length)
  })
})
