import { AssertionError } from 'node:assert/strict'

/** What a promise rejects with. @throws {AssertionError} When it does not reject. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  const outcome = await work.then(
    () => undefined,
    (reason: unknown) => ({ reason }),
  )
  if (outcome === undefined) throw new AssertionError({ message: 'expected a rejection' })
  return outcome.reason
}
