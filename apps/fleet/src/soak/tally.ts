import type { Kill } from './kept-alive.ts'
import { readLedger } from './ledger.ts'
import { FIRST_FORGED, numberOf } from './soak-delivery.ts'

/** What was done shortly before the end of its process, or of Redis, may not have been noted in the queue. */
const UNNOTED_MS = 2_000

/** What the ledgers of all workers say, together. */
export interface Tally {
  /** How many deliveries ran how often: `[0, 9_990, 10]` is ten that ran twice. */
  readonly executions: readonly number[]
  /** Deliveries that ran again, of which the run before was right before a kill of its process or of Redis. */
  readonly againAfterKill: number
  readonly againWithoutKill: number
  /** Deliveries that were answered 2xx and never ran. */
  readonly lost: readonly number[]
  /** Runs of deliveries that were forged. */
  readonly forged: number
  /** Runs with the payload of another delivery, or with ids that nobody sent. */
  readonly damaged: number
}

/** What {@link tally} reads. */
export interface Ledgers {
  readonly files: readonly string[]
  /** Of worker processes. */
  readonly kills: readonly Kill[]
  /** When Redis was killed, in epoch milliseconds. */
  readonly redisKills: readonly number[]
  /** By the number of the delivery: whether it was answered 2xx. */
  readonly isAnswered: Uint8Array
}

interface Run {
  readonly file: string
  readonly at: number
}

/** Counts what ran. */
export async function tally(ledgers: Ledgers): Promise<Tally> {
  const { files, isAnswered } = ledgers
  const runs = new Uint8Array(isAnswered.length)
  let forged = 0
  let damaged = 0
  for (const file of files) {
    for await (const { id, isWhole } of readLedger(file)) {
      const number = numberOf(id)
      if (number >= FIRST_FORGED) forged++
      else if (!isWhole || !(number < runs.length)) damaged++
      else runs[number] = (runs[number] ?? 0) + 1
    }
  }
  const executions: number[] = []
  const lost: number[] = []
  for (const [number, count] of runs.entries()) {
    if (count === 0 && isAnswered[number] === 0) continue
    executions[count] = (executions[count] ?? 0) + 1
    if (count === 0) lost.push(number)
  }
  return {
    executions: Array.from(executions, (count) => count ?? 0),
    lost,
    forged,
    damaged,
    ...(await again(ledgers, runs)),
  }
}

/** Looks a second time at those that ran more than once, which are few. */
async function again(
  ledgers: Ledgers,
  runs: Uint8Array,
): Promise<Pick<Tally, 'againAfterKill' | 'againWithoutKill'>> {
  const all = new Map<number, Run[]>()
  for (const file of ledgers.files) {
    for await (const { id, at } of readLedger(file)) {
      const number = numberOf(id)
      if ((runs[number] ?? 0) < 2) continue
      all.set(number, [...(all.get(number) ?? []), { file, at }])
    }
  }
  let againAfterKill = 0
  for (const several of all.values()) {
    // Whatever ran last is the run that the queue knows of.
    const earlier = several.toSorted((a, b) => a.at - b.at).slice(0, -1)
    if (earlier.every((run) => isUnnoted(run, ledgers))) againAfterKill++
  }
  return { againAfterKill, againWithoutKill: all.size - againAfterKill }
}

function isUnnoted({ file, at }: Run, { kills, redisKills }: Ledgers): boolean {
  const isSoonAfter = (killedAt: number) => killedAt >= at && killedAt - at < UNNOTED_MS
  return redisKills.some(isSoonAfter) || kills.some((kill) => kill.ledger === file && isSoonAfter(kill.at))
}
