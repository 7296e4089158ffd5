import { type Clock, withDeadline } from '../clock.ts'
import { HubauthError, redact } from '../errors.ts'

/** What recovery needs of an app: `auth.app`, or `auth.appOf('acme')`, of `createGitHubAuth`. */
export interface DeliveriesApp {
  /** Fetches below the root of GitHub's API, as the app. */
  fetch(path: string, init: RequestInit): Promise<Response>
}

/** What ends a sweep early and is no error: the next one goes on. */
export type Interruption = 'throttled' | 'aborted'

/** Options of {@link ask}. */
export interface AskOptions {
  readonly method: 'GET' | 'POST'
  readonly signal: AbortSignal | undefined
  readonly clock: Clock
}

/** A 2xx answer, read. */
export interface Answer {
  readonly headers: Headers
  readonly text: string
}

/** An answer is at most a page of a hundred attempts. */
const READ_TIMEOUT_MS = 10_000

/**
 * Sends one request to the deliveries API.
 *
 * @throws {HubauthError} `GITHUB_UNAVAILABLE`, `GITHUB_REFUSED`, `UNEXPECTED_RESPONSE`, `TIMEOUT`; and what `app.fetch` throws.
 */
export async function ask(
  app: DeliveriesApp,
  path: string,
  { method, signal, clock }: AskOptions,
): Promise<Answer | Interruption> {
  try {
    signal?.throwIfAborted()
    const response = await app.fetch(path, { method, ...(signal && { signal }) })
    const limit = { clock, timeoutMs: READ_TIMEOUT_MS, what: "Reading an answer about the app's deliveries" }
    const text = await withDeadline(limit, () => response.text())
    if (response.ok) return { headers: response.headers, text }
    if (isThrottled(response, text)) return 'throttled'
    throw refusal(response, text)
  } catch (error) {
    if (signal?.aborted) return 'aborted'
    throw error
  }
}

function isThrottled({ status, headers }: Response, text: string): boolean {
  if (status !== 403) return status === 429
  return (
    headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0' || /rate limit/i.test(text)
  )
}

function refusal({ status }: Response, text: string): HubauthError {
  const what = `GitHub answered ${status} when asked about the app's deliveries: ${redact(text)}.`
  if (status >= 500) return new HubauthError('GITHUB_UNAVAILABLE', what)
  if (status < 400 || text.trimStart().startsWith('<')) return new HubauthError('UNEXPECTED_RESPONSE', what)
  return new HubauthError('GITHUB_REFUSED', what, { details: { githubStatus: status } })
}
