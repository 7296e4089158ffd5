/** Runs the work to be timed `calls` times. Each candidate brings its own loop, so that none spoils another's inlining. */
export type Loop = (calls: number) => void | Promise<void>

/** Times loops. */
export interface TimedLoop {
  /** Calls in one sample; known after {@link TimedLoop.warmUp}. */
  readonly calls: number
  /** Runs the loop until it is compiled, and finds how many calls fill a sample. */
  warmUp(): Promise<void>
  /** Nanoseconds per call. */
  nsPerCall(): Promise<number>
}

/** @param sampleMs How long a sample should take. */
export function timedLoop(loop: Loop, sampleMs: number): TimedLoop {
  let calls = 1
  const time = async () => {
    const start = process.hrtime.bigint()
    await loop(calls)
    return Number(process.hrtime.bigint() - start)
  }
  return {
    get calls() {
      return calls
    },
    async warmUp() {
      const wanted = sampleMs * 1e6
      // Twice: the first search runs partly in the interpreter and settles on too few calls.
      for (let pass = 0; pass < 2; pass++) {
        let took = await time()
        while (took < wanted / 2) {
          calls *= 2
          took = await time()
        }
        calls = Math.max(1, Math.round((calls * wanted) / took))
      }
    },
    async nsPerCall() {
      return (await time()) / calls
    },
  }
}
