/** An entry of a stream: its id, and its fields by name. */
interface StreamEntry {
  readonly id: string
  readonly fields: ReadonlyMap<string, string>
}

/** The commands of Redis that this package uses, with either client. Each touches one key, as Redis Cluster asks. */
export interface RedisCommands {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string, ttlMs: number): Promise<void>
  /** Sets what is not there. Whether it was set. A client that can drops the command, if it is still queued, on abort. */
  setNew(
    key: string,
    value: string,
    options: { readonly ttlMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<boolean>
  delete(key: string): Promise<void>
  /** Runs a script with `KEYS[1]` and `ARGV`; its answer as text. */
  run(script: string, key: string, parameters: readonly string[]): Promise<string>
  /** The oldest thousand entries of a stream with ids from `start`: `-`, an id, or `(` and an id. */
  entries(key: string, start: string): Promise<readonly StreamEntry[]>
}

/** How many entries of a stream are read at once. */
export const PAGE = 1_000
