/** The middle of the values; the mean of the two middle ones when their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Mixes a list, the same way every time, so that a walk over it is not the walk that memory was filled in. */
export function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item, index) => ({ item, rank: (Math.imul(index + 1, 2_654_435_761) >>> 0) / 2 ** 32 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
