import { AssertionError } from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'

/** The result of `work`. @throws {AssertionError} When it takes longer than `ms` milliseconds of real time. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const done = new AbortController()
  const late = setTimeout(ms, undefined, { signal: done.signal }).then(() => {
    throw new AssertionError({ message: `expected an answer within ${ms} ms` })
  })
  try {
    return await Promise.race([work, late])
  } finally {
    late.catch(() => undefined)
    done.abort()
  }
}
