/** What is true of every error with the same code. */
export interface ErrorFacts {
  /** The HTTP status that a server answers with when this error ends a request. */
  readonly status: number
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean
  /** What to do about it, in one sentence. */
  readonly remedy: string
  /** Headers that belong to an answer with this status. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The same call fails until somebody changes something. */
const lasting = (status: number, remedy: string): ErrorFacts => ({ status, retryable: false, remedy })
/** The same call may succeed later. */
const passing = (status: number, remedy: string): ErrorFacts => ({ status, retryable: true, remedy })

/** Every error code, and all that follows from it. `docs/errors.md` is generated from this table. */
export const ERRORS = {
  KEY_INVALID: lasting(
    500,
    'Download a new private key from the settings of the GitHub App and use that file unchanged.',
  ),
  KEY_UNAVAILABLE: passing(
    503,
    'Check that the key is where the key source looks for it and that this process may read it.',
  ),
  KEY_REFUSED: lasting(
    500,
    'Check that the key and the App ID belong to the same app, and that the key was not deleted: its settings list the fingerprints.',
  ),
  STORE_UNAVAILABLE: passing(503, 'Check that the store is up and can be reached from here, then try again.'),
  STORE_THROTTLED: passing(503, 'Try again later, or raise the quota of the store.'),
  STORE_TIMEOUT: passing(503, 'Try again, or raise timeoutMs.'),
  STORE_ACCESS_DENIED: lasting(
    500,
    'Check the credentials of this process, and let its identity read it there, or sign with it.',
  ),
  STORE_NOT_FOUND: lasting(500, 'Check its name, its version, and the region, project or vault.'),
  STORE_FIELD_MISSING: lasting(500, 'Check the name of the field; letter case matters.'),
  SECRET_INVALID: lasting(500, 'Store the webhook secret of the app, or several, one per line.'),
  CLOCK_SKEW: lasting(500, 'Set the clock of this machine (NTP).'),
  APP_NOT_FOUND: lasting(
    500,
    'Check the App ID or client ID, and that baseUrl is the GitHub where the app is registered.',
  ),
  NOT_INSTALLED: lasting(404, 'Install the app there, or check the name.'),
  INSTALLATION_SUSPENDED: lasting(403, 'Unsuspend the installation in the settings of the account.'),
  PERMISSION_NOT_GRANTED: lasting(
    403,
    'Ask for less, or add the permission to the app and have the account accept it.',
  ),
  REPOSITORY_NOT_ACCESSIBLE: lasting(404, 'Check the names, and add the repositories to the installation.'),
  INSTALLATION_MISSING: lasting(
    400,
    'Subscribe to an event that an installation sends, or name the installation.',
  ),
  ORGANIZATION_UNKNOWN: lasting(404, 'Add the organization to the configuration.'),
  CALLER_NOT_AUTHORIZED: lasting(403, 'The authorize hook of this service decides that.'),
  TOKEN_REFUSED: lasting(502, 'Replace the token: it is expired, revoked or mistyped.'),
  GITHUB_REFUSED: lasting(502, 'Read the message of GitHub.'),
  GITHUB_UNAVAILABLE: passing(503, 'Check that GitHub is up and can be reached from here, then try again.'),
  UNEXPECTED_RESPONSE: lasting(
    502,
    'Check that baseUrl is a GitHub API and that no proxy answers in its place.',
  ),
  THROTTLED: passing(503, 'Try again after retryAt.'),
  TIMEOUT: passing(504, 'Try again, or raise timeoutMs.'),
  HOST_REFUSED: lasting(500, 'Fetch other hosts without this token.'),
  CACHE_FAILED: passing(500, 'Check the cache; meanwhile tokens are minted instead.'),
  SEAL_BROKEN: lasting(500, 'Check that every process has the same secrets.'),
  CONFIG_INVALID: lasting(500, 'Correct the configuration file.'),
  WEBHOOK_METHOD_NOT_ALLOWED: {
    ...lasting(405, 'Look at Recent Deliveries in the settings of the app; there is nothing to see here.'),
    headers: { allow: 'POST' },
  },
  WEBHOOK_CONTENT_TYPE: lasting(415, 'Set the content type of the webhook to application/json.'),
  WEBHOOK_HEADER_MISSING: lasting(400, 'Check that a proxy does not remove the X-GitHub-* headers.'),
  WEBHOOK_SIGNATURE_MISSING: lasting(401, 'Set a secret in the webhook settings of the app.'),
  WEBHOOK_SIGNATURE_INVALID: lasting(
    401,
    'Use the same secret here and in the webhook settings, without a line break at its end, and pass the bytes of the body unchanged.',
  ),
  WEBHOOK_BODY_CONSUMED: lasting(
    500,
    "Mount the webhook before any body parser, or use express.raw({ type: '*/*' }) on its route, or keep the bytes in request.rawBody with the parser's verify option.",
  ),
  WEBHOOK_BODY_TOO_LARGE: lasting(413, 'GitHub sends at most 25 MiB; raise maxBytes if it was lowered.'),
  WEBHOOK_BODY_INVALID: lasting(400, 'Send the JSON object that GitHub documents for the event.'),
  WEBHOOK_BODY_ABORTED: passing(400, 'Send the whole body.'),
  WEBHOOK_SECRET_UNAVAILABLE: passing(503, 'Read the error that onError reported, then redeliver.'),
  WEBHOOK_ALREADY_RUNNING: passing(409, 'Redeliver when the first one is done, if it failed.'),
  WEBHOOK_HANDLER_FAILED: passing(500, 'Read the error that onError reported, then redeliver.'),
  WEBHOOK_QUEUE_UNAVAILABLE: passing(503, 'Read the error that onError reported, then redeliver.'),
  WEBHOOK_CLOSED: passing(503, 'Redeliver when the server is up again.'),
  WEBHOOK_UNVERIFIED: lasting(500, 'Verify the delivery before its payload is used.'),
} as const satisfies Record<string, ErrorFacts>

/** The closed set of error codes. */
export type HubauthErrorCode = keyof typeof ERRORS

/** Where a key or a secret is kept, for errors about it. */
export interface StorePlace {
  /** Name of the store, such as `AWS Secrets Manager`. */
  readonly store: string
  /** The secret, parameter, key or file there, by its name or ID. */
  readonly secretId: string
  /** The field of the JSON document that the secret is. */
  readonly field?: string | undefined
}

/** What some errors carry besides their message. Never a secret. */
export interface HubauthErrorDetails {
  /** Empty for a key that comes from no store. */
  KEY_INVALID: Partial<StorePlace>
  KEY_REFUSED: {
    /** See `keyFingerprint`; undefined when the key source does not tell its public key. */
    readonly fingerprint?: string | undefined
  }
  STORE_UNAVAILABLE: StorePlace
  STORE_THROTTLED: StorePlace
  STORE_TIMEOUT: StorePlace
  STORE_ACCESS_DENIED: StorePlace
  STORE_NOT_FOUND: StorePlace
  STORE_FIELD_MISSING: StorePlace
  SECRET_INVALID: Partial<StorePlace>
  CLOCK_SKEW: {
    /** How far this machine is behind GitHub, in milliseconds; negative when it is ahead. */
    readonly offsetMs: number
  }
  NOT_INSTALLED: {
    /** Where an owner installs the app; undefined when the app's own page is unknown. */
    readonly installUrl?: string | undefined
  }
  PERMISSION_NOT_GRANTED: {
    readonly requested: Readonly<Record<string, string>>
    /** What the account granted; undefined when GitHub did not tell. */
    readonly granted?: Readonly<Record<string, string>> | undefined
  }
  REPOSITORY_NOT_ACCESSIBLE: { readonly requested: readonly (string | number)[] }
  GITHUB_REFUSED: { /** The status of GitHub's answer. */ readonly githubStatus: number }
  THROTTLED: { /** When GitHub accepts calls again, in epoch milliseconds. */ readonly retryAt: number }
}

/** The details of the errors with code `Code`: an empty object where {@link HubauthErrorDetails} names none. */
export type DetailsOf<Code extends HubauthErrorCode> = Code extends keyof HubauthErrorDetails
  ? HubauthErrorDetails[Code]
  : Readonly<Record<string, never>>

/** Any {@link HubauthError}; `switch (error.code)` narrows its `details`. */
export type AnyHubauthError = { [Code in HubauthErrorCode]: HubauthError<Code> }[HubauthErrorCode]

const BRAND = Symbol.for('@hubauth/error')
/** Deep enough for a system error inside a fetch error inside a cache error. */
const MAX_CAUSES = 4

type ErrorOptions<Code extends HubauthErrorCode> = {
  readonly cause?: unknown
  /** Replaces the remedy of the table where more is known. */
  readonly remedy?: string | undefined
} & (Code extends keyof HubauthErrorDetails
  ? Record<string, never> extends HubauthErrorDetails[Code]
    ? { readonly details?: HubauthErrorDetails[Code] | undefined }
    : { readonly details: HubauthErrorDetails[Code] }
  : { readonly details?: undefined })

/** The options, which only errors with details need. */
type ErrorParameters<Code extends HubauthErrorCode> =
  Record<string, never> extends ErrorOptions<Code> ? [ErrorOptions<Code>?] : [ErrorOptions<Code>]

/**
 * Every error that Hubauth throws, except `TypeError` for options that can never work. The message says what is
 * wrong and what to do; its words are not covered by semantic versioning, `code` is.
 */
export class HubauthError<Code extends HubauthErrorCode = HubauthErrorCode> extends Error {
  readonly code: Code
  readonly details: DetailsOf<Code>
  /** See {@link ErrorFacts.status}. */
  readonly status: number
  /** The same as {@link status}, under the name that Fastify and others look for. */
  readonly statusCode: number
  /** See {@link ErrorFacts.headers}; Express, Koa and Fastify send them with the answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** See {@link ErrorFacts.retryable}. */
  readonly retryable: boolean
  /** Whether Koa and http-errors show the message to the client: below 500 it is about the request. */
  readonly expose: boolean

  constructor(code: Code, what: string, ...[options]: ErrorParameters<Code>) {
    const facts: ErrorFacts = ERRORS[code]
    super(
      `${what} ${options?.remedy ?? facts.remedy}`.trimEnd(),
      options?.cause === undefined ? undefined : { cause: withoutSecrets(options.cause) },
    )
    this.name = 'HubauthError'
    this.code = code
    this.details = Object.freeze({ ...options?.details }) as DetailsOf<Code>
    this.status = facts.status
    this.statusCode = facts.status
    if (facts.headers !== undefined) this.headers = facts.headers
    this.retryable = facts.retryable
    this.expose = facts.status < 500
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** Whether `value` is an error of Hubauth, also when it comes from another copy of this package. */
  static isInstance(value: unknown): value is AnyHubauthError {
    return value instanceof Error && BRAND in value
  }
}

/**
 * Tokens of GitHub, classic and stateless
 * (https://github.blog/changelog/2026-04-24-notice-about-upcoming-new-format-for-github-app-installation-tokens/), JWTs,
 * PEM blocks, and webhook signatures; tokens of Google and Vault, and whatever stands after `Bearer`.
 */
const SECRETS =
  /\b(?:Bearer\s+(?!-----)|ya29\.|hv[sb]\.)[\w.~+/=-]+|\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9._-]+|\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)*|-----BEGIN[\s\S]*?(?:-----END[A-Z0-9 ]*-----|$)|(?:\bsha(?:1|256)=)?\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g

const MAX_LENGTH = 300

/** Makes text from elsewhere fit to be shown: without anything that looks like a secret, on one line, and short. */
export function redact(text: string): string {
  const safe = text
    .replace(SECRETS, '[redacted]')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}…` : safe
}

/**
 * A copy of a foreign error that is fit to be kept: name, code, and its redacted message and stack. Clients like to hang
 * whole requests on their errors, with the token in a header.
 */
function withoutSecrets(cause: unknown, depth: number = 1): unknown {
  if (HubauthError.isInstance(cause)) return cause
  if (!(cause instanceof Error)) return redact(text(cause))
  const inner =
    cause.cause === undefined || depth === MAX_CAUSES ? undefined : withoutSecrets(cause.cause, depth + 1)
  const copy = new Error(redact(text(cause.message)), inner === undefined ? undefined : { cause: inner })
  copy.name = redact(text(cause.name))
  // Only the lines that say where: the message, which stands above them, may have any number of lines.
  const where = text(cause.stack).match(/^ {4}at .*$/gm) ?? []
  copy.stack = [`${copy.name}: ${copy.message}`, ...where].join('\n')
  const { code } = cause as { code?: unknown }
  return typeof code === 'string' ? Object.assign(copy, { code: redact(code) }) : copy
}

/** Some things cannot be made text, and say so by throwing. */
function text(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'unknown'
  }
}

/** Makes a listener that cannot hurt: whether it throws or rejects, who reports to it goes on. */
export function harmless<Parameters extends readonly unknown[]>(
  listener: (...parameters: Parameters) => unknown,
): (...parameters: Parameters) => void {
  return (...parameters) => {
    void (async () => listener(...parameters))().catch((error: unknown) =>
      console.error('[hubauth] a listener failed:', error),
    )
  }
}

const PROBLEM_PAUSE_MS = 60_000

/** The listener for problems when there is no other: prints one a minute at most. */
export function problemPrinter(clock: { now(): number }): (error: unknown) => void {
  let quietUntil = 0
  return (error) => {
    if (clock.now() < quietUntil) return
    quietUntil = clock.now() + PROBLEM_PAUSE_MS
    console.error('[hubauth]', error)
  }
}
