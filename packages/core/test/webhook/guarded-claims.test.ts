import { manualClock } from '@hubauth/testing'
import { expect, it } from 'vitest'
import { type DeliveryClaim, type DeliveryClaims, memoryClaims } from '../../src/index.ts'
import { guardedClaims } from '../../src/webhook/guarded-claims.ts'

const TIMES = { ttlMs: 3_600_000, runningTtlMs: 900_000 }

it.each([
  ['release', 'object'],
  ['complete', 'string'],
] as const)(
  'a claim is settled (%s) also while the store is left alone after a failure',
  async (settle, kind) => {
    const clock = manualClock()
    const store = memoryClaims({ clock })
    let isFailing = false
    const flaky: DeliveryClaims = {
      claim: (key, options) => (isFailing ? Promise.reject(new Error('reset')) : store.claim(key, options)),
    }
    const claims = guardedClaims(flaky, { clock, report: () => undefined, observe: undefined })
    const first = (await claims.claim('first', TIMES)) as DeliveryClaim
    isFailing = true
    await claims.claim('second', TIMES)
    isFailing = false
    await first[settle]()
    await clock.advance(60_000)
    await claims.claim('third', TIMES)
    const again = await claims.claim('first', TIMES)
    expect(typeof again).toBe(kind)
    expect(again).not.toBe('running')
  },
)
