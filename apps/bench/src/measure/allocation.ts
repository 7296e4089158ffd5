import type { Loop } from './timed-loop.ts'

/** Small enough for the young generation, so that hardly any sample sees a collection. */
const SAMPLE_BYTES = 400_000

/**
 * Bytes that one call of a warm loop allocates, the caller's `await` included. NaN without `--expose-gc`.
 *
 * @param expectedBytes A guess, which decides how many calls a sample has.
 */
export async function bytesPerCall(loop: Loop, expectedBytes: number): Promise<number> {
  const collect = globalThis.gc
  if (collect === undefined) return Number.NaN
  const calls = Math.max(20, Math.round(SAMPLE_BYTES / expectedBytes))
  await loop(calls)
  collect()
  const before = process.memoryUsage().heapUsed
  await loop(calls)
  return (process.memoryUsage().heapUsed - before) / calls
}
