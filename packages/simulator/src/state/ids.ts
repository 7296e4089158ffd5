/** Hands out identifiers: the same ones on every run, far apart per kind so that a mixed-up id is noticed. */
export class Ids {
  readonly #next = new Map<number, number>()

  /** The next number at or above `start` that was not handed out yet and is not `taken`, as ids that were given may be. */
  next(start: number, taken: (id: number) => boolean = () => false): number {
    let id = this.#next.get(start) ?? start
    while (taken(id)) id += 1
    this.#next.set(start, id + 1)
    return id
  }
}

/** Where the ids of each kind begin. */
export const FIRST_ID = {
  app: 1_001_001,
  account: 5_000_001,
  installation: 40_000_001,
  hook: 300_000_001,
  repository: 700_000_001,
  issue: 2_000_000_001,
  comment: 3_000_000_001,
  authorization: 900_000_001,
  installationRequest: 25_000_001,
  delivery: 12_000_000_001,
} as const

/** The id that a client wrote as plain digits; undefined for everything else. */
export function parseId(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** A global node id in GitHub's current form: a type prefix and an opaque tail. */
export function nodeId(prefix: string, id: number): string {
  return `${prefix}_kwDO${Buffer.from(String(id)).toString('base64url')}`
}
