import { untilAborted } from '@hubauth/core'

interface Flight<T> {
  readonly work: Promise<T>
  readonly stop: AbortController
  waiting: number
}

/** Work that all who ask at the same time share; given up when the last of them no longer waits for it. */
export class SharedWork<T> {
  #flight: Flight<T> | undefined

  /** The work that is under way, else the work that `start` begins. */
  async join(start: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted()
    this.#flight ??= this.#begin(start)
    const flight = this.#flight
    flight.waiting += 1
    try {
      return await untilAborted(flight.work, signal)
    } finally {
      flight.waiting -= 1
      if (flight.waiting === 0) {
        this.#end(flight)
        flight.stop.abort()
      }
    }
  }

  #begin(start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const stop = new AbortController()
    const work = start(stop.signal).finally(() => this.#end(flight))
    const flight: Flight<T> = { work, stop, waiting: 0 }
    return flight
  }

  #end(flight: Flight<T>): void {
    if (this.#flight === flight) this.#flight = undefined
  }
}
