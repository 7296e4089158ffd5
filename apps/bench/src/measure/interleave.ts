/** Who is measured: what no library can beat, ourselves, or somebody else's package. */
export type Role = 'limit' | 'hubauth' | 'peer'

/** What one round measured of one candidate, by the name of the metric. */
type Sample = Readonly<Record<string, number>>

/** Something to measure. */
export interface Candidate {
  readonly name: string
  readonly role: Role
  sample(): Sample | Promise<Sample>
}

/** The samples of a candidate, one a round. */
export interface Samples {
  readonly candidate: Candidate
  readonly rounds: readonly Sample[]
}

/**
 * Measures every candidate once per round, each round beginning with the next one: what drifts (the host's clock, the
 * neighbours, the heap) then hits all of them alike, and the ratios of one round compare like with like.
 */
export async function interleave(candidates: readonly Candidate[], rounds: number): Promise<Samples[]> {
  const measured = candidates.map((candidate) => ({ candidate, rounds: [] as Sample[] }))
  for (let round = 0; round < rounds; round++) {
    const first = round % measured.length
    for (const entry of [...measured.slice(first), ...measured.slice(0, first)]) {
      entry.rounds.push(await entry.candidate.sample())
    }
  }
  return measured
}
