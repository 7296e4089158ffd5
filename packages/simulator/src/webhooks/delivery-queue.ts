import type { App } from '../state/entities.ts'
import { warn } from '../warn.ts'

/** Connections to one receiver at the same time. */
const AT_ONCE = 50
/** What may be under way to one receiver or wait for it, unless it is the only one. */
const MAX_BYTES = 64 * 1_048_576

/** Something to do for one app's receiver. */
export interface Job {
  /** How much memory it holds. */
  readonly bytes: number
  work(): Promise<unknown>
}

interface Lane {
  running: number
  readonly waiting: Set<Job>
  bytes: number
}

/**
 * Does the work for every app side by side, many jobs of one app at once and the rest of them in order, so that a receiver that
 * hangs holds up nobody else, and what waits for it stays within bounds.
 */
export class DeliveryQueue {
  readonly #lanes = new Map<App, Lane>()
  #open = 0
  #settled: (() => void)[] = []

  /** Returns false, and does nothing, when too much waits for the app's receiver. */
  add(app: App, job: Job): boolean {
    const lane = this.#laneOf(app)
    if (lane.bytes > 0 && lane.bytes + job.bytes > MAX_BYTES) return false
    this.#open += 1
    lane.bytes += job.bytes
    if (lane.running < AT_ONCE) this.#start(lane, job)
    else lane.waiting.add(job)
    return true
  }

  /** Counts work that does not wait for its turn. */
  async track<Result>(work: Promise<Result>): Promise<Result> {
    this.#open += 1
    try {
      return await work
    } finally {
      this.#done()
    }
  }

  /** Resolves when nothing runs and nothing waits. */
  settled(): Promise<void> {
    if (this.#open === 0) return Promise.resolve()
    return new Promise((resolve) => this.#settled.push(resolve))
  }

  #start(lane: Lane, job: Job): void {
    lane.running += 1
    job
      .work()
      .catch(warn)
      .finally(() => {
        lane.running -= 1
        lane.bytes -= job.bytes
        this.#startNext(lane)
        this.#done()
      })
  }

  #startNext(lane: Lane): void {
    const [next] = lane.waiting
    if (next === undefined) return
    lane.waiting.delete(next)
    this.#start(lane, next)
  }

  #done(): void {
    this.#open -= 1
    if (this.#open > 0) return
    const settled = this.#settled
    this.#settled = []
    for (const resolve of settled) resolve()
  }

  #laneOf(app: App): Lane {
    const known = this.#lanes.get(app)
    if (known !== undefined) return known
    const lane: Lane = { running: 0, waiting: new Set(), bytes: 0 }
    this.#lanes.set(app, lane)
    return lane
  }
}
