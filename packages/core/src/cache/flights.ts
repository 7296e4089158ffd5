interface Flight<T> {
  readonly work: Promise<T>
  isOver: boolean
}

/** Work that is under way, by key: all who ask at the same time share it, and nobody after them. */
export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>()

  /** Whether work is under way for `key`. */
  has(key: string): boolean {
    return this.#flights.has(key)
  }

  /** The work that is under way for `key`, else the work that `start` begins. */
  async join(key: string, start: () => Promise<T>): Promise<T> {
    for (;;) {
      const flight = this.#flights.get(key)
      if (flight === undefined) return this.#begin(key, start)
      try {
        return await flight.work
      } catch (error) {
        if (flight.isOver) throw error
        // In Workers, what a request began ends with it, and whoever waits for that gets an error of the runtime.
        if (this.#flights.get(key) === flight) this.#flights.delete(key)
      }
    }
  }

  #begin(key: string, start: () => Promise<T>): Promise<T> {
    const work = start().finally(() => {
      flight.isOver = true
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    })
    const flight: Flight<T> = { work, isOver: false }
    this.#flights.set(key, flight)
    return work
  }
}
