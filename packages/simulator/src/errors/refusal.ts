import type { GitHubErrorOptions } from './github-error.ts'
import type { GitHubErrorCode } from './github-errors.ts'

/** Thrown by a route to answer with an error; the server turns it into a response. */
export class Refusal extends Error {
  readonly code: GitHubErrorCode
  readonly options: GitHubErrorOptions

  constructor(code: GitHubErrorCode, options: GitHubErrorOptions = {}) {
    super(code)
    this.code = code
    this.options = options
  }
}
