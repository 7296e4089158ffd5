import { untilAborted } from '@hubauth/core'

/** Looks and deletes in one: in between, it could run out and become another's. */
export const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

/** What {@link orGivenBack} needs to know. */
export interface GivenBackOptions<T> {
  readonly signal: AbortSignal | undefined
  readonly isGranted: (answer: T) => boolean
  readonly release: () => Promise<void>
}

/**
 * Waits for the answer to what takes a lease or a claim. Who aborts does not wait; what is granted to them after that is
 * given back: a client that queues commands while Redis is away may run this one minutes later.
 */
export async function orGivenBack<T>(
  answer: Promise<T>,
  { signal, isGranted, release }: GivenBackOptions<T>,
): Promise<T> {
  try {
    return await untilAborted(answer, signal)
  } catch (error) {
    answer.then((late) => (isGranted(late) ? release() : undefined)).catch(() => undefined)
    throw error
  }
}
