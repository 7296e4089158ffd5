import type { GitHubErrorCode } from '../errors/github-errors.ts'
import type { FaultMode } from './failure-modes.ts'

/**
 * What to do to requests, and to which ones. What is left out matches everything. What happens is one of `mode`, `error` and
 * `response`; without any of them the real answer comes, after `delayMs`.
 */
export interface Fault {
  readonly method?: string
  /** The pattern of an endpoint, as GitHub documents it: `/orgs/:org/installation` or `/orgs/{org}/installation`. One that the simulator does not have is refused. */
  readonly route?: string
  /**
   * An exact path without mount and query, or a pattern for one: `/app/installations/40000001/access_tokens`. In JSON a
   * pattern is `{ "pattern": "^/app" }`, the source of a regular expression.
   */
  readonly path?: string | RegExp | { readonly pattern: string }
  /** How many requests it hits, a whole number. Default 1; `Infinity` or `'always'` until removed. */
  readonly times?: number | 'always'
  /** How many matching requests go by first, whatever other faults do to them. Default 0. */
  readonly after?: number
  /** Of the matching requests after that, how many it hits, from 0 to 1. The others go by and do not use it up. Default 1. */
  readonly probability?: number
  /** The same seed and the same requests get the same hits and delays: 0 to 4294967295. Default follows from `faultSeed`. */
  readonly seed?: number
  /** Waited before anything else, in real milliseconds: a number, or anything between two, drawn with the seed. Default 0. */
  readonly delayMs?: number | DelayRange
  /** One of GitHub's failure modes by name, with GitHub's status, text and headers. */
  readonly mode?: FaultMode
  /** One of GitHub's errors by name, with its status and text. */
  readonly error?: GitHubErrorCode
  /** Replaces `{name}` in the text of `mode` or `error`. */
  readonly values?: Readonly<Record<string, string>>
  /** Headers that come with `mode`, `error` and `html`. Null leaves one out that would come otherwise, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** Instead of the status of `mode`, `error` and `html`: GitHub documents 403 and 429 for its limits. */
  readonly status?: number
  /** Anything else that can happen to an answer. */
  readonly response?: FaultResponse
}

/** A delay between two bounds, both included, in milliseconds. */
export interface DelayRange {
  readonly minMs: number
  readonly maxMs: number
}

/**
 * A made-up answer; an object as the body is sent as JSON, a string as it is. Or:
 *
 * - `reset` cuts the connection before an answer.
 * - `hang` never answers.
 * - `truncate` sends the real answer with its true `Content-Length`, and cuts the connection in the middle of the body. What was
 *   asked for did happen. An answer without a body stays whole.
 * - `html` is a page of HTML with status 502, such as GitHub's load balancers send when nothing behind them answers.
 */
export type FaultResponse =
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: Readonly<Record<string, unknown>> | string
    }
  | 'reset'
  | 'hang'
  | 'truncate'
  | 'html'

/** A fault that is in place. */
export interface FaultHandle {
  /** Names the fault: 1 for the first one. */
  readonly id: number
  /** How many requests it hit so far. */
  readonly hits: number
  /** Takes the fault away. Harmless when it is spent. */
  remove(): void
}

/** A fault as it is now. */
export interface FaultReport {
  readonly id: number
  readonly fault: Fault
  readonly hits: number
  /** How many requests it will still hit; 0 when it is spent. `Infinity` is null in JSON. */
  readonly remaining: number
}
