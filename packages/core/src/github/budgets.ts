import { hasPassed } from '../clock.ts'
import type { Budget } from '../observe.ts'
import type { GitHubClock } from './github-clock.ts'

/** An installation and a resource are one entry: enough for thousands of installations at once. */
const MAX_ENTRIES = 10_000
/** A full map makes room for a sixteenth of its size. */
const FORGOTTEN = MAX_ENTRIES / 16
/** GitHub's windows are a minute or an hour: no header keeps requests back for longer. */
const LONGEST_WINDOW_MS = 3_600_000
/** Servers disagree by a second or so about when a window ends; two windows are a minute apart at least. */
const SAME_WINDOW_MS = 10_000
/** When the last requests of a window are under way, how long until it is worth looking again. */
const UNDER_WAY_MS = 1_000
/** A request that had no answer by then has none to come: in Workers, it may have ended without a word. */
const LONGEST_REQUEST_MS = 120_000
/** Where the waits stand that GitHub asks of all requests of an account, whatever their resource. */
const ANY_RESOURCE = '*'

/** Whose requests GitHub counts, and as what. */
export interface Counted {
  /** Undefined for the app itself, or a token that tells no installation. */
  readonly installationId: number | undefined
  /** As far as it is known before the answer says it: see `rateResource`. */
  readonly resource: string
}

interface Entry {
  budget: Budget | undefined
  /** When the window ends by GitHub's clock, as the first answer of it said: what tells windows apart. */
  windowEnd: number
  /** GitHub asked for no requests until then, in epoch milliseconds of this machine. */
  blockedUntil: number
  underWay: number
  /** When the last of them was counted. */
  enteredAt: number
}

/**
 * What GitHub's rate-limit headers said, by installation and resource. GitHub counts the requests of all tokens of an
 * installation together, and those with the app's JWT together
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api), so that is what "per token" means here.
 *
 * Answers overtake each other: within a window `remaining` never rises again, and answers of an earlier window are too late.
 */
export class Budgets {
  readonly #app: string | number | undefined
  readonly #clock: GitHubClock
  readonly #entries = new Map<string, Entry>()

  constructor(app: string | number | undefined, clock: GitHubClock) {
    this.#app = app
    this.#clock = clock
  }

  /** Notes what an answer says, and returns what is known then; undefined when it says nothing, or nonsense. */
  note(counted: Counted, response: Response): Budget | undefined {
    const { headers } = response
    const limit = numberIn(headers, 'limit')
    const remaining = numberIn(headers, 'remaining')
    const reset = numberIn(headers, 'reset')
    if (!limit || remaining === undefined || remaining > limit || reset === undefined) return undefined
    const used = numberIn(headers, 'used') ?? limit - remaining
    const resource = resourceIn(headers) ?? counted.resource
    const { installationId } = counted
    const entry = this.#entry({ installationId, resource })
    const now = this.#clock.local.now()
    const windowEnd = reset * 1000
    const known = entry.budget !== undefined && entry.budget.resetAt > now ? entry.budget : undefined
    if (known && windowEnd < entry.windowEnd - SAME_WINDOW_MS) return known
    const same = known && windowEnd <= entry.windowEnd + SAME_WINDOW_MS ? known : undefined
    if (!same) entry.windowEnd = windowEnd
    entry.budget = Object.freeze({
      app: this.#app,
      installationId,
      resource,
      limit,
      remaining: Math.min(remaining, same?.remaining ?? limit),
      used: Math.max(used, same?.used ?? 0),
      resetAt: same?.resetAt ?? Math.min(this.#clock.toLocal(windowEnd, response), now + LONGEST_WINDOW_MS),
    })
    return entry.budget
  }

  /** Notes that an answer refused a request for its rate: for its resource when that is used up, otherwise for all. */
  block({ installationId, resource }: Counted, { headers }: Response, until: number): void {
    const name =
      headers.get('x-ratelimit-remaining') === '0' ? (resourceIn(headers) ?? resource) : ANY_RESOURCE
    const entry = this.#entry({ installationId, resource: name })
    entry.blockedUntil = Math.max(entry.blockedUntil, until)
  }

  /**
   * Counts a request that is about to be sent, until {@link leave}: of the requests that remain, those that are under way
   * are taken.
   *
   * @returns 0, or, with nothing counted, when it is worth asking again, in epoch milliseconds of this machine.
   */
  enter({ installationId, resource }: Counted): number {
    const now = this.#clock.local.now()
    const entry = this.#current({ installationId, resource }, now)
    const { blockedUntil: allBlockedUntil } = this.#current({ installationId, resource: ANY_RESOURCE }, now)
    const blockedUntil = Math.max(entry.blockedUntil, allBlockedUntil)
    const { budget } = entry
    const isOpen = budget !== undefined && budget.resetAt > now
    const retryAt = isOpen && budget.remaining === 0 ? Math.max(budget.resetAt, blockedUntil) : blockedUntil
    if (retryAt > now) return retryAt
    // A window that is over is followed by a full one, of which no answer has told yet.
    const left = (isOpen ? budget.remaining : budget?.limit) ?? Number.POSITIVE_INFINITY
    if (left <= entry.underWay) return now + UNDER_WAY_MS
    entry.underWay++
    entry.enteredAt = now
    return 0
  }

  /** What nobody can have said is forgotten: it is later than GitHub's windows are long after the clock was set back. */
  #current(counted: Counted, now: number): Entry {
    const entry = this.#entry(counted)
    const latest = now + LONGEST_WINDOW_MS
    if (entry.budget !== undefined && entry.budget.resetAt > latest) entry.budget = undefined
    if (entry.blockedUntil > latest) entry.blockedUntil = 0
    if (entry.underWay > 0 && hasPassed(this.#clock.local, entry.enteredAt, LONGEST_REQUEST_MS))
      entry.underWay = 0
    return entry
  }

  /** A request that {@link enter} counted has its answer, or will not get one. */
  leave({ installationId, resource }: Counted): void {
    const entry = this.#entries.get(keyOf(installationId, resource))
    if (entry !== undefined) entry.underWay = Math.max(0, entry.underWay - 1)
  }

  /** All that is known of windows that are not over, the most used up first. */
  list(): readonly Budget[] {
    const now = this.#clock.local.now()
    const budgets = [...this.#entries.values()].flatMap(({ budget }) => budget ?? [])
    return mostUsedFirst(budgets.filter(({ resetAt }) => resetAt > now))
  }

  #entry({ installationId, resource }: Counted): Entry {
    const key = keyOf(installationId, resource)
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    if (this.#entries.size >= MAX_ENTRIES) this.#forgetOldest()
    const entry: Entry = { budget: undefined, windowEnd: 0, blockedUntil: 0, underWay: 0, enteredAt: 0 }
    this.#entries.set(key, entry)
    return entry
  }

  /** What is forgotten is learnt again from the next answer. */
  #forgetOldest(): void {
    let left = FORGOTTEN
    for (const key of this.#entries.keys()) {
      if (left-- === 0) return
      this.#entries.delete(key)
    }
  }
}

const keyOf = (installationId: number | undefined, resource: string) => `${installationId ?? ''} ${resource}`

/** By the share that remains. */
export function mostUsedFirst(budgets: readonly Budget[]): readonly Budget[] {
  return budgets.toSorted((a, b) => a.remaining / a.limit - b.remaining / b.limit)
}

/** A header with a whole number that may be a count or a time in seconds. */
function numberIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(`x-ratelimit-${name}`)
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

/** It ends up in events and metrics, so it has to look like a name. */
function resourceIn(headers: Headers): string | undefined {
  const name = headers.get('x-ratelimit-resource')
  return name !== null && /^\w{1,40}$/.test(name) ? name : undefined
}
