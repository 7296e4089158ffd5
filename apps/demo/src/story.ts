/** Tells what happens, step by step, and remembers whether all of it held. */
export class Story {
  #failed = 0

  /** Starts a chapter. */
  chapter(title: string): void {
    console.log(`\n${title}`)
  }

  /** One thing that has to hold, and what was seen. */
  step(claim: string, holds: boolean, seen: string): void {
    if (!holds) this.#failed++
    console.log(`  ${holds ? '✓' : '✗'} ${claim.padEnd(58)} ${seen}`)
  }

  /** Closes the story. Returns the exit code. */
  end(): number {
    console.log(this.#failed === 0 ? '\nEvery step held.' : `\n${this.#failed} of the steps did not hold.`)
    return this.#failed === 0 ? 0 : 1
  }
}
