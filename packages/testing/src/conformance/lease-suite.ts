import { ok, strictEqual } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Lease, ReleaseLease } from '@hubauth/core'
import { type ConformanceCase, type ConformanceOptions, describeCases } from './conformance-case.ts'
import { rejection } from './rejection.ts'
import { type StoreContext, type StoreTime, type StoreTimeOptions, storeTime } from './store-time.ts'

/** Makes the lease for one test. Several may share one server: every test uses keys of its own. */
export type LeaseFactory = (context: StoreContext) => Lease | Promise<Lease>

/** Options of {@link describeLease}. */
export interface DescribeLeaseOptions extends ConformanceOptions, StoreTimeOptions {}

/** What every lease must do, registered with vitest. @throws {TypeError} For a skip that names no test of the suite. */
export function describeLease(name: string, factory: LeaseFactory, options: DescribeLeaseOptions = {}): void {
  const subject = { factory, ...options }
  describeCases(`${name}: lease`, { cases: leaseCases, subject, ...options })
}

/** @internal */
export interface LeaseSubject extends StoreTimeOptions {
  readonly factory: LeaseFactory
}

interface LeaseTools {
  readonly lease: Lease
  readonly time: StoreTime
  /** A key that no other test uses. */
  readonly key: string
  /** A time to live that does not end during the test, in milliseconds. */
  readonly longMs: number
}

/** The rules themselves. @internal */
export const leaseCases: readonly ConformanceCase<LeaseSubject>[] = [
  leaseCase('gives a key to exactly one of twenty who ask at once', async ({ lease, key, longMs }) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => lease.acquire(key, longMs)))
    strictEqual(answers.filter((release) => release !== undefined).length, 1)
  }),
  leaseCase('answers the others at once, without waiting for the holder', async ({ lease, key, longMs }) => {
    await held(lease.acquire(key, longMs))
    strictEqual(await lease.acquire(key, longMs), undefined)
  }),
  leaseCase('is free again once it is released', async ({ lease, key, longMs }) => {
    const release = await held(lease.acquire(key, longMs))
    await release()
    await held(lease.acquire(key, longMs))
    strictEqual(await lease.acquire(key, longMs), undefined)
  }),
  leaseCase('can be released twice, and the second time frees nobody', async ({ lease, key, longMs }) => {
    const release = await held(lease.acquire(key, longMs))
    await release()
    await release()
    await held(lease.acquire(key, longMs))
    await release()
    strictEqual(await lease.acquire(key, longMs), undefined)
  }),
  leaseCase('is held until the millisecond it runs out', async ({ lease, key, time, longMs }) => {
    const takenAt = time.clock.now()
    await held(lease.acquire(key, time.spanMs))
    await time.passUntilBefore(takenAt + time.spanMs)
    strictEqual(await lease.acquire(key, longMs), undefined)
    await time.passUntil(time.clock.now() + time.spanMs)
    await held(lease.acquire(key, longMs))
  }),
  leaseCase('survives a late release by the holder before', async ({ lease, key, time, longMs }) => {
    const release = await held(lease.acquire(key, time.spanMs))
    await time.passUntil(time.clock.now() + time.spanMs)
    await held(lease.acquire(key, longMs))
    await release()
    strictEqual(await lease.acquire(key, longMs), undefined)
  }),
  leaseCase('can be released after it ran out', async ({ lease, key, time, longMs }) => {
    const release = await held(lease.acquire(key, time.spanMs))
    await time.passUntil(time.clock.now() + time.spanMs)
    await release()
    await held(lease.acquire(key, longMs))
  }),
  leaseCase('holds one key without holding another', async ({ lease, key, longMs }) => {
    for (const end of ['', ':', ':a', ':A', ':a:b', ':á']) await held(lease.acquire(`${key}${end}`, longMs))
    strictEqual(await lease.acquire(`${key}:a`, longMs), undefined)
  }),
  leaseCase('rejects with the reason of a signal that aborted before', async ({ lease, key, longMs }) => {
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    strictEqual(await rejection(lease.acquire(key, longMs, { signal })), reason)
    await held(lease.acquire(key, longMs))
  }),
  leaseCase('stays held when the signal aborts after it was given', async ({ lease, key, longMs }) => {
    const controller = new AbortController()
    const release = await held(lease.acquire(key, longMs, { signal: controller.signal }))
    controller.abort()
    strictEqual(await lease.acquire(key, longMs), undefined)
    await release()
    await held(lease.acquire(key, longMs))
  }),
]

async function held(answer: Promise<ReleaseLease | undefined>): Promise<ReleaseLease> {
  const release = await answer
  ok(release, 'expected to get the lease, but somebody else holds it')
  return release
}

function leaseCase(name: string, rule: (tools: LeaseTools) => Promise<void>): ConformanceCase<LeaseSubject> {
  return {
    name,
    async run({ factory, ...options }) {
      const time = storeTime(options)
      const lease = await factory({ clock: time.clock })
      await rule({ lease, time, key: `conformance:${randomUUID()}`, longMs: 3_600_000 })
    },
  }
}
