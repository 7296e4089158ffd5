/** An entry of a {@link ChangeLog}. */
export interface LoggedChange {
  /** Where in the log it is. Of two positions, the one that sorts later (`<`) was appended later. */
  readonly position: string
  readonly entry: string
}

/**
 * What the processes that share a cache tell each other: a log that each appends to and reads on from where it was. Entries
 * may be lost, as those of a cache may: a process then uses a token until GitHub refuses it, and no call fails for it.
 * Prove yours with `describeChangeLog` of `@hubauth/testing`.
 */
export interface ChangeLog {
  /**
   * Appends an entry, for every process that reads after this one was asked to.
   *
   * @param keepMs How long the entry can be read at least, in milliseconds.
   * @returns Its position.
   */
  append(entry: string, keepMs: number): Promise<string>

  /**
   * The entries after a position, oldest first, and those of all processes: at most a thousand, the next ones with the next
   * call. The empty list when there are no more.
   *
   * @param after The empty string for all that are kept.
   */
  read(after: string): Promise<readonly LoggedChange[]>
}
