import type { EvidenceClass } from '../errors/error-facts.ts'
import type { GitHubErrorCode } from '../errors/github-errors.ts'

/** One way in which working with GitHub goes wrong, and how to make it happen here. */
export interface FailureMode {
  /** 1 to 30. */
  readonly number: number
  readonly name: string
  /** What goes wrong, in one sentence. */
  readonly summary: string
  /** Rows of the table of errors that a client may see. Empty when it sees something else, or nothing. */
  readonly errors: readonly GitHubErrorCode[]
  /** What a client sees where the table of errors has no row for it, or besides it. */
  readonly answer?: string
  readonly evidence: readonly EvidenceClass[]
  /**
   * `fault`: `fail({ mode })` makes it happen to requests. `state`: something has to change first, by a method of the
   * simulator. `option`: the simulator has to be started that way. `request`: the client itself has to do it.
   */
  readonly by: 'fault' | 'state' | 'option' | 'request'
  /** What to call, set or send, as a sentence that goes on after a colon. */
  readonly how: string
}
