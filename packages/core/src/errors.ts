/** What is true of every error with the same code. */
export interface ErrorFacts {
  /** The HTTP status that a server answers with when this error ends a request. */
  readonly status: number
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean
  /** What to do about it, in one sentence. */
  readonly remedy: string
}

/** Every error code, and all that follows from it. `docs/errors.md` is generated from this table. */
export const ERRORS = {
  KEY_INVALID: {
    status: 500,
    retryable: false,
    remedy: 'Download a new private key from the settings of the GitHub App and use that file unchanged.',
  },
  KEY_UNAVAILABLE: {
    status: 503,
    retryable: true,
    remedy: 'Check that the key is where the key source looks for it and that this process may read it.',
  },
  KEY_REFUSED: {
    status: 500,
    retryable: false,
    remedy:
      'Check that the key and the App ID belong to the same app, and that the key was not deleted in its settings.',
  },
  CLOCK_SKEW: { status: 500, retryable: false, remedy: 'Set the clock of this machine (NTP).' },
  APP_NOT_FOUND: {
    status: 500,
    retryable: false,
    remedy: 'Check the App ID or client ID, and that baseUrl is the GitHub where the app is registered.',
  },
  NOT_INSTALLED: { status: 404, retryable: false, remedy: 'Install the app there, or check the name.' },
  INSTALLATION_SUSPENDED: {
    status: 403,
    retryable: false,
    remedy: 'Unsuspend the installation in the settings of the account.',
  },
  PERMISSION_NOT_GRANTED: {
    status: 403,
    retryable: false,
    remedy: 'Ask for less, or add the permission to the app and have the account accept it.',
  },
  REPOSITORY_NOT_ACCESSIBLE: {
    status: 404,
    retryable: false,
    remedy: 'Check the names, and add the repositories to the installation.',
  },
  INSTALLATION_MISSING: {
    status: 400,
    retryable: false,
    remedy: 'Subscribe to an event that an installation sends, or name the installation.',
  },
  ORGANIZATION_UNKNOWN: {
    status: 404,
    retryable: false,
    remedy: 'Add the organization to the configuration.',
  },
  CALLER_NOT_AUTHORIZED: {
    status: 403,
    retryable: false,
    remedy: 'The authorize hook refused; let the caller act for this account there if that is wrong.',
  },
  TOKEN_REFUSED: {
    status: 502,
    retryable: false,
    remedy: 'Replace the token: it is expired, revoked or mistyped.',
  },
  GITHUB_REFUSED: { status: 502, retryable: false, remedy: 'Read the message of GitHub.' },
  GITHUB_UNAVAILABLE: {
    status: 503,
    retryable: true,
    remedy: 'Check that GitHub is up and can be reached from here, then try again.',
  },
  UNEXPECTED_RESPONSE: {
    status: 502,
    retryable: false,
    remedy: 'Check that baseUrl is a GitHub API and that no proxy answers in its place.',
  },
  THROTTLED: { status: 503, retryable: true, remedy: 'Try again after retryAt.' },
  TIMEOUT: { status: 504, retryable: true, remedy: 'Try again, or raise timeoutMs.' },
  HOST_REFUSED: { status: 500, retryable: false, remedy: 'Fetch other hosts without this token.' },
  CACHE_FAILED: {
    status: 500,
    retryable: true,
    remedy: 'Check the cache; meanwhile tokens are minted instead.',
  },
  CONFIG_INVALID: { status: 500, retryable: false, remedy: 'Correct the configuration file.' },
  WEBHOOK_METHOD_NOT_ALLOWED: { status: 405, retryable: false, remedy: 'Send deliveries with POST.' },
  WEBHOOK_CONTENT_TYPE: {
    status: 415,
    retryable: false,
    remedy: 'Set the content type of the webhook to application/json.',
  },
  WEBHOOK_HEADER_MISSING: {
    status: 400,
    retryable: false,
    remedy: 'Check that a proxy does not remove the X-GitHub-* headers.',
  },
  WEBHOOK_SIGNATURE_MISSING: {
    status: 401,
    retryable: false,
    remedy: 'Set a secret in the webhook settings of the app.',
  },
  WEBHOOK_SIGNATURE_INVALID: {
    status: 401,
    retryable: false,
    remedy: 'Use the same secret here and in the webhook settings, and pass the bytes of the body unchanged.',
  },
  WEBHOOK_BODY_CONSUMED: {
    status: 500,
    retryable: false,
    remedy:
      "Mount the webhook before any body parser, or use express.raw({ type: '*/*' }) on its route, or keep the bytes in request.rawBody with the parser's verify option.",
  },
  WEBHOOK_BODY_TOO_LARGE: {
    status: 413,
    retryable: false,
    remedy: 'GitHub sends at most 25 MiB; raise maxBytes if it was lowered.',
  },
  WEBHOOK_BODY_INVALID: {
    status: 400,
    retryable: false,
    remedy: 'Send the JSON object that GitHub documents for the event.',
  },
  WEBHOOK_BODY_ABORTED: { status: 400, retryable: true, remedy: 'Send the whole body.' },
  WEBHOOK_ALREADY_RUNNING: {
    status: 409,
    retryable: true,
    remedy: 'Redeliver when the first one is done, if it failed.',
  },
  WEBHOOK_HANDLER_FAILED: {
    status: 500,
    retryable: true,
    remedy: 'Read the error that onError reported, then redeliver.',
  },
  WEBHOOK_CLOSED: { status: 503, retryable: true, remedy: 'Redeliver when the server is up again.' },
  WEBHOOK_UNVERIFIED: {
    status: 500,
    retryable: false,
    remedy: 'Verify the delivery before its payload is used.',
  },
} as const satisfies Record<string, ErrorFacts>

/** The closed set of error codes. */
export type HubauthErrorCode = keyof typeof ERRORS

/** What some errors carry besides their message. Never a secret. */
export interface HubauthErrorDetails {
  CLOCK_SKEW: {
    /** How far this machine is behind GitHub, in milliseconds; negative when it is ahead. */ readonly offsetMs: number
  }
  NOT_INSTALLED: {
    /** Where an owner installs the app; undefined when the app's own page is unknown. */ readonly installUrl?: string
  }
  PERMISSION_NOT_GRANTED: {
    readonly requested: Readonly<Record<string, string>>
    /** What the account granted; undefined when GitHub did not tell. */
    readonly granted?: Readonly<Record<string, string>>
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

type ErrorOptions<Code extends HubauthErrorCode> = {
  readonly cause?: unknown
  /** Replaces the remedy of the table where more is known. */
  readonly remedy?: string
} & (Code extends keyof HubauthErrorDetails
  ? { readonly details: HubauthErrorDetails[Code] }
  : { readonly details?: undefined })

/**
 * Every error that Hubauth throws, except `TypeError` for options that can never work. The message says what is
 * wrong and what to do; its words are not covered by semantic versioning, `code` is.
 */
export class HubauthError<Code extends HubauthErrorCode = HubauthErrorCode> extends Error {
  readonly code: Code
  readonly details: DetailsOf<Code>
  /** See {@link ErrorFacts.status}. */
  readonly status: number
  /** See {@link ErrorFacts.retryable}. */
  readonly retryable: boolean

  constructor(
    code: Code,
    what: string,
    ...[options]: Code extends keyof HubauthErrorDetails ? [ErrorOptions<Code>] : [ErrorOptions<Code>?]
  ) {
    const facts: ErrorFacts = ERRORS[code]
    super(
      `${what} ${options?.remedy ?? facts.remedy}`,
      options?.cause === undefined ? undefined : { cause: options.cause },
    )
    this.name = 'HubauthError'
    this.code = code
    this.details = Object.freeze({ ...options?.details }) as DetailsOf<Code>
    this.status = facts.status
    this.retryable = facts.retryable
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** Whether `value` is an error of Hubauth, also when it comes from another copy of this package. */
  static isInstance(value: unknown): value is AnyHubauthError {
    return value instanceof Error && BRAND in value
  }
}
