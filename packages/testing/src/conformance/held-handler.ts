/** Something that a rule waits for, or lets others wait for. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
  /** Whoever waits gets this thrown. */
  fail(reason: unknown): void
}

/** Makes a gate, closed. */
export function gate(): Gate {
  let open: () => void = () => undefined
  let fail: (reason: unknown) => void = () => undefined
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { opened, open, fail }
}

/** A handler that runs until it is told how to end. */
export interface HeldHandler {
  /** Resolves when it runs. */
  readonly started: Promise<void>
  /** How many runs came to a good end. */
  readonly finished: number
  finish(): void
  fail(reason: unknown): void
  run(): Promise<void>
}

/** Makes a handler that a rule holds in the middle of its work. */
export function heldHandler(): HeldHandler {
  const [start, end] = [gate(), gate()]
  let finished = 0
  return {
    started: start.opened,
    get finished() {
      return finished
    },
    finish: end.open,
    fail: end.fail,
    async run() {
      start.open()
      await end.opened
      finished += 1
    },
  }
}
