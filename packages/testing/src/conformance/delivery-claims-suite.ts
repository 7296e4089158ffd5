import { ok, strictEqual } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { ClaimResult, DeliveryClaim, DeliveryClaims } from '@hubauth/core'
import { type ConformanceCase, type ConformanceOptions, describeCases } from './conformance-case.ts'
import { type StoreContext, type StoreTime, type StoreTimeOptions, storeTime } from './store-time.ts'

/** Makes the store for one test. Several may share one server: every test uses keys of its own. */
export type DeliveryClaimsFactory = (context: StoreContext) => DeliveryClaims | Promise<DeliveryClaims>

/** Options of {@link describeDeliveryClaims}. */
export interface DescribeDeliveryClaimsOptions extends ConformanceOptions, StoreTimeOptions {}

/**
 * What every store of delivery claims must do, registered with vitest.
 *
 * @throws {TypeError} For a skip that names no test of the suite.
 */
export function describeDeliveryClaims(
  name: string,
  factory: DeliveryClaimsFactory,
  options: DescribeDeliveryClaimsOptions = {},
): void {
  const subject = { factory, ...options }
  describeCases(`${name}: delivery claims`, { cases: deliveryClaimsCases, subject, ...options })
}

/** @internal */
export interface DeliveryClaimsSubject extends StoreTimeOptions {
  readonly factory: DeliveryClaimsFactory
}

interface ClaimTools {
  readonly time: StoreTime
  /** Claims a key that no other test uses; both times are long unless told otherwise. */
  claim(options?: {
    readonly ttlMs?: number
    readonly runningTtlMs?: number
    readonly end?: string
  }): Promise<ClaimResult>
}

/** The rules themselves. @internal */
export const deliveryClaimsCases: readonly ConformanceCase<DeliveryClaimsSubject>[] = [
  claimsCase('gives a delivery to exactly one of twenty who claim it at once', async ({ claim }) => {
    const results = await Promise.all(Array.from({ length: 20 }, () => claim()))
    strictEqual(results.filter((result) => typeof result === 'object').length, 1)
    strictEqual(results.filter((result) => result === 'running').length, 19)
  }),
  claimsCase('answers "running" while the delivery is being handled', async ({ claim }) => {
    await claimed(claim())
    strictEqual(await claim(), 'running')
  }),
  claimsCase('answers "handled" once the claim is complete', async ({ claim }) => {
    const first = await claimed(claim())
    await first.complete()
    strictEqual(await claim(), 'handled')
    strictEqual(await claim(), 'handled')
  }),
  claimsCase('gives a released delivery to the next who claims it', async ({ claim }) => {
    const first = await claimed(claim())
    await first.release()
    const second = await claimed(claim())
    strictEqual(await claim(), 'running')
    await second.complete()
    strictEqual(await claim(), 'handled')
  }),
  claimsCase('remembers a handled delivery until the millisecond its time ends', async ({ claim, time }) => {
    const first = await claimed(claim({ ttlMs: time.spanMs }))
    const completedAt = time.clock.now()
    await first.complete()
    await time.passUntilBefore(completedAt + time.spanMs)
    strictEqual(await claim({ ttlMs: time.spanMs }), 'handled')
    await time.passUntil(time.clock.now() + time.spanMs)
    await claimed(claim())
  }),
  claimsCase('remembers a handled delivery longer than a claim may run', async ({ claim, time }) => {
    const first = await claimed(claim({ runningTtlMs: time.spanMs }))
    await first.complete()
    await time.passUntil(time.clock.now() + time.spanMs)
    strictEqual(await claim(), 'handled')
  }),
  claimsCase('frees a claim that was never settled when its running time ends', async ({ claim, time }) => {
    const takenAt = time.clock.now()
    await claimed(claim({ runningTtlMs: time.spanMs }))
    await time.passUntilBefore(takenAt + time.spanMs)
    strictEqual(await claim(), 'running')
    await time.passUntil(time.clock.now() + time.spanMs)
    await claimed(claim())
  }),
  claimsCase('keeps the next claim when a dead one is released late', async ({ claim, time }) => {
    const first = await claimed(claim({ runningTtlMs: time.spanMs }))
    await time.passUntil(time.clock.now() + time.spanMs)
    await claimed(claim())
    await first.release()
    strictEqual(await claim(), 'running')
  }),
  claimsCase('keeps similar keys apart', async ({ claim }) => {
    for (const end of ['', ':', ':a', ':A', ':a:b', '"]', ':á']) await claimed(claim({ end }))
    strictEqual(await claim({ end: ':a' }), 'running')
  }),
  claimsCase('keeps a hundred deliveries at once apart', async ({ claim }) => {
    const ends = Array.from({ length: 100 }, (_, index) => `:${index}`)
    const claims = await Promise.all(ends.map((end) => claimed(claim({ end }))))
    await Promise.all(claims.map((one, index) => (index % 2 === 0 ? one.complete() : one.release())))
    const results = await Promise.all(ends.map((end) => claim({ end })))
    strictEqual(results.filter((result) => result === 'handled').length, 50)
    strictEqual(results.filter((result) => typeof result === 'object').length, 50)
  }),
]

async function claimed(result: Promise<ClaimResult>): Promise<DeliveryClaim> {
  const claim = await result
  ok(typeof claim === 'object', `expected to get the claim, but it is ${String(claim)}`)
  return claim
}

function claimsCase(
  name: string,
  rule: (tools: ClaimTools) => Promise<void>,
): ConformanceCase<DeliveryClaimsSubject> {
  return {
    name,
    async run({ factory, ...options }) {
      const time = storeTime(options)
      const claims = await factory({ clock: time.clock })
      const key = `conformance:${randomUUID()}`
      await rule({
        time,
        claim: ({ ttlMs = 3_600_000, runningTtlMs = 3_600_000, end = '' } = {}) =>
          claims.claim(`${key}${end}`, { ttlMs, runningTtlMs }),
      })
    },
  }
}
