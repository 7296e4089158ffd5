import type { ChangeLog } from '../cache/change-log.ts'
import { Flights } from '../cache/flights.ts'
import type { StoreGuard } from '../cache/store-guard.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import type { Observe } from '../observe.ts'
import type { TokenChanges } from './cached-tokens.ts'
import { InstallationToken } from './installation-token.ts'

/** A token lives an hour, and what was told before it was minted does not concern it. */
const KEEP_MS = 65 * 60_000
/** From the start of one look into the log, what this process knows is served without another one for so long. */
const FRESH_MS = 250
/** The next look begins in the background, so that under load nobody waits for it. */
const LOOK_AFTER_MS = 125
const MAX_MARKS = 50_000
/** A full map makes room for a sixteenth of its size. */
const FORGOTTEN = MAX_MARKS / 16
/** Of a thousand entries each: more than an hour of changes of the largest app. */
const MAX_PAGES = 1_000
/** What could not be told while the store was down; more is not worth keeping. */
const MAX_UNTOLD = 1_000
/**
 * When it is tried again, for a minute, if nobody asks for a token meanwhile: a process that only receives must not keep it to
 * itself. Not for longer, because these timers keep the process alive.
 */
const TELL_AGAIN_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000]

/** Options of {@link InstallationChanges}. */
export interface InstallationChangesOptions {
  /** The root of the API: the same ids mean other installations on another GitHub. */
  readonly apiUrl: string
  readonly clock: GitHubClock
  /** Undefined for one process alone. */
  readonly log: ChangeLog | undefined
  readonly guard: StoreGuard
  readonly observe: Observe | undefined
}

/** The last change of something: as a number for what this process has in memory, and its place in the log. */
interface Mark {
  readonly version: number
  /** Undefined until the log has it. */
  readonly position: string | undefined
  /** When this process heard of it, by GitHub's clock, in epoch milliseconds. */
  readonly at: number
}

/**
 * Knows which installations have changed, here and in every process that shares the log: what was minted or looked up
 * before that is no longer used. Changes are never taken back and never ordered, so they may arrive twice or out of order:
 * who needs a token then asks GitHub how things are.
 *
 * The log is read when a token is asked for, never by a timer: a process that serves tokens knows of a change a quarter of
 * a second later at most, and one that was idle looks before it serves the first.
 */
export class InstallationChanges implements TokenChanges<InstallationToken> {
  readonly #options: InstallationChangesOptions
  /** Of this process, so that it does not take its own entries for news. Made when it is needed: Workers start without chance. */
  #id = ''
  readonly #looks = new Flights<void>()
  readonly #marks = new Map<string, Mark>()
  readonly #untold: string[][] = []
  #isTellingAgain = false
  #version = 0
  #position = ''
  /** What is older counts as changed. */
  #floor = { version: 0, position: '' }
  #lookedAt = Number.POSITIVE_INFINITY

  constructor(options: InstallationChangesOptions) {
    this.#options = options
  }

  /** Goes up with every change. */
  get version(): number {
    return this.#version
  }

  /** Whether this process knows of all changes up to now, but for a quarter of a second. Looks into the log in good time. */
  isFresh(now: number): boolean {
    // A clock that was set back must not keep anybody from looking.
    if (this.#options.log === undefined || (now >= this.#lookedAt && now < this.#lookedAt + LOOK_AFTER_MS))
      return true
    if (!this.#looks.has('')) void this.look()
    // While the store is down there is nothing to be known.
    return (now >= this.#lookedAt && now < this.#lookedAt + FRESH_MS) || this.#options.guard.isDown
  }

  /** Reads what is new in the log. Never rejects; without the log, nothing is new. */
  async look(): Promise<void> {
    const { log } = this.#options
    if (log !== undefined) await this.#looks.join('', () => this.#read(log))
  }

  /** Whether nothing has changed for a token's installation since GitHub was asked for it. */
  isCurrent(token: InstallationToken): boolean {
    return this.isUnchanged(String(token.installationId), InstallationToken.versionOf(token))
  }

  /** Whether nothing has changed for a subject since this process knew of `version`. */
  isUnchanged(subject: string, version: number): boolean {
    return version >= this.changedAt(subject)
  }

  /** The version since which nothing has changed for a subject, as far as is known. */
  changedAt(subject: string): number {
    return Math.max(this.#floor.version, this.#marks.get(subject)?.version ?? 0)
  }

  /** What to keep beside a shared value, from before it was asked for, for {@link isStampCurrent}. */
  stamp(subject: string): string {
    return later(this.#position, this.#marks.get(subject)?.position ?? '')
  }

  /**
   * The same as {@link isUnchanged} for what another process may have asked for.
   *
   * @param mintedAt Decides where there is no log, and so no stamp. By GitHub's clock, in epoch milliseconds.
   */
  isStampCurrent(subject: string, stamp: string, mintedAt: number): boolean {
    const mark = this.#marks.get(subject)
    if (this.#options.log === undefined) return mark === undefined || mintedAt > mark.at
    const { position } = mark ?? this.#floor
    return stamp >= this.#floor.position && position !== undefined && stamp >= position
  }

  /** Tells everybody that something has changed for these subjects. Never rejects. */
  async announce(subjects: readonly string[]): Promise<void> {
    const { log, observe } = this.#options
    for (const subject of subjects) this.#mark(subject, undefined)
    observe?.({ type: 'change', origin: 'here' })
    if (log === undefined) return
    this.#id ||= crypto.randomUUID()
    const told = [...subjects]
    this.#untold.push(told)
    if (this.#untold.length > MAX_UNTOLD) this.#untold.shift()
    await this.#append(log, told)
    if (this.#untold.length > 0 && !this.#isTellingAgain) void this.#tellAgain(log)
  }

  async #tellAgain(log: ChangeLog): Promise<void> {
    this.#isTellingAgain = true
    for (const pauseMs of TELL_AGAIN_MS) {
      await this.#options.clock.local.sleep(pauseMs)
      if (this.#untold.length === 0) break
      await this.#tell(log)
    }
    this.#isTellingAgain = false
  }

  async #read(log: ChangeLog): Promise<void> {
    const { clock, guard } = this.#options
    for (let pages = 1; ; pages++) {
      const startedAt = clock.now()
      const before = this.#position
      const read = await guard.run(async () => {
        for (const { position, entry } of await log.read(this.#position)) this.#apply(position, entry)
      })
      // A log that does not go on, or never ends, must not keep anybody.
      if (read === 'failed' || this.#position === before || pages === MAX_PAGES) {
        this.#lookedAt = startedAt
        break
      }
    }
    if (this.#untold.length > 0) await this.#tell(log)
  }

  /** Appends what is to be told, the oldest first; what fails is told after the next look. */
  async #tell(log: ChangeLog): Promise<void> {
    for (const subjects of [...this.#untold])
      if (this.#untold.includes(subjects) && !(await this.#append(log, subjects))) return
  }

  async #append(log: ChangeLog, subjects: string[]): Promise<boolean> {
    const { apiUrl, guard } = this.#options
    const entry = JSON.stringify({ v: 1, from: this.#id, apiUrl, subjects })
    const position = await guard.run(() => log.append(entry, KEEP_MS))
    if (position === 'failed') return false
    const at = this.#untold.indexOf(subjects)
    if (at >= 0) this.#untold.splice(at, 1)
    this.#place(subjects, position)
    return true
  }

  #apply(position: string, text: string): void {
    // A read that came late may bring what is known by now.
    if (position <= this.#position) return
    this.#position = position
    const entry = parsed(text)
    if (entry === undefined || entry.apiUrl !== this.#options.apiUrl) return
    if (entry.from === this.#id) {
      this.#place(entry.subjects, position)
      return
    }
    for (const subject of entry.subjects) this.#mark(subject, position)
    this.#options.observe?.({ type: 'change', origin: 'elsewhere' })
  }

  #mark(subject: string, position: string | undefined): void {
    // The latest last: who is forgotten first changed longest ago, and the floor rises no higher than that.
    this.#marks.delete(subject)
    if (this.#marks.size >= MAX_MARKS) this.#forgetOldest()
    this.#marks.set(subject, { version: ++this.#version, position, at: this.#options.clock.now() })
  }

  #forgetOldest(): void {
    let left = FORGOTTEN
    for (const [subject, { version, position = this.#position }] of this.#marks) {
      if (left-- === 0) return
      this.#marks.delete(subject)
      this.#floor = { version, position: later(this.#floor.position, position) }
    }
  }

  /** Where in the log a change of this process is: shared values from before it are as old as those in memory. */
  #place(subjects: readonly string[], position: string): void {
    for (const subject of subjects) {
      const mark = this.#marks.get(subject)
      if (mark !== undefined)
        this.#marks.set(subject, { ...mark, position: later(mark.position ?? '', position) })
    }
  }
}

interface Entry {
  readonly from: string
  readonly apiUrl: string
  readonly subjects: readonly string[]
}

/** What is no entry, such as another version's, says nothing. */
function parsed(text: string): Entry | undefined {
  try {
    const { v, from, apiUrl, subjects } = JSON.parse(text) as Entry & { readonly v: unknown }
    const isEntry = v === 1 && Array.isArray(subjects) && subjects.every((one) => typeof one === 'string')
    return isEntry ? { from, apiUrl, subjects } : undefined
  } catch {
    return undefined
  }
}

function later(one: string, other: string): string {
  return one > other ? one : other
}
