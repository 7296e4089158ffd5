import type { EvidenceClass } from '../errors/error-facts.ts'

interface OAuthErrorFacts {
  /** The code that clients switch on. */
  readonly error: string
  readonly description: string
  /** A page below `https://docs.github.com`. */
  readonly docs: string
  readonly evidence: EvidenceClass
  /** Default 200, which is what GitHub answers to nearly all requests of the OAuth endpoints. */
  readonly status?: number
}

const TOKEN_DOCS = '/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/'
const AUTHORIZE_DOCS = '/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/'
const DEVICE_DOCS = '/developers/apps/authorizing-oauth-apps#error-codes-for-the-device-flow'

/** Every error of the OAuth endpoints, with the evidence for its text (see `GITHUB_ERRORS` for the classes). */
export const OAUTH_ERRORS = {
  // Exchanging a code or a refresh token
  INCORRECT_CLIENT_CREDENTIALS: {
    error: 'incorrect_client_credentials',
    description: 'The client_id and/or client_secret passed are incorrect.',
    docs: `${TOKEN_DOCS}#incorrect-client-credentials`,
    evidence: 'D',
  },
  BAD_VERIFICATION_CODE: {
    error: 'bad_verification_code',
    description: 'The code passed is incorrect or expired.',
    docs: `${TOKEN_DOCS}#bad-verification-code`,
    evidence: 'D',
  },
  TOKEN_REDIRECT_URI_MISMATCH: {
    error: 'redirect_uri_mismatch',
    description: 'The redirect_uri MUST match the registered callback URL for this application.',
    docs: `${AUTHORIZE_DOCS}#redirect-uri-mismatch2`,
    evidence: 'D',
  },
  // That a wrong or missing code_verifier is refused is documented; with which code is not.
  CODE_VERIFIER_MISMATCH: {
    error: 'bad_verification_code',
    description: 'The code passed is incorrect or expired.',
    docs: `${TOKEN_DOCS}#bad-verification-code`,
    evidence: 'M',
  },
  BAD_REFRESH_TOKEN: {
    error: 'bad_refresh_token',
    description: 'The refresh token passed is incorrect or expired.',
    docs: `${TOKEN_DOCS}#bad-verification-code`,
    evidence: 'I',
  },
  UNSUPPORTED_GRANT_TYPE: {
    error: 'unsupported_grant_type',
    description: 'The grant_type passed is not supported.',
    docs: DEVICE_DOCS,
    evidence: 'M',
  },

  // Asking a user in the browser
  ACCESS_DENIED: {
    error: 'access_denied',
    description: 'The user has denied your application access.',
    docs: `${AUTHORIZE_DOCS}#access-denied`,
    evidence: 'D',
  },
  // Documented: a code_challenge needs code_challenge_method=S256, and is 43 characters long. The answer otherwise is not.
  INVALID_CODE_CHALLENGE: {
    error: 'invalid_request',
    description: 'The code_challenge must be 43 characters long and its code_challenge_method S256.',
    docs: AUTHORIZE_DOCS,
    evidence: 'M',
  },

  // The device flow
  AUTHORIZATION_PENDING: {
    error: 'authorization_pending',
    description: 'The authorization request is still pending.',
    docs: DEVICE_DOCS,
    evidence: 'I',
  },
  SLOW_DOWN: {
    error: 'slow_down',
    description: 'Too many requests have been made in the same timeframe.',
    docs: DEVICE_DOCS,
    evidence: 'I',
  },
  EXPIRED_TOKEN: {
    error: 'expired_token',
    description: 'The device_code has expired.',
    docs: DEVICE_DOCS,
    evidence: 'M',
  },
  INCORRECT_DEVICE_CODE: {
    error: 'incorrect_device_code',
    description: 'The device_code provided is not valid.',
    docs: DEVICE_DOCS,
    evidence: 'I',
  },
  DEVICE_ACCESS_DENIED: {
    error: 'access_denied',
    description: 'The authorization request was denied.',
    docs: DEVICE_DOCS,
    evidence: 'M',
  },
  DEVICE_FLOW_DISABLED: {
    error: 'device_flow_disabled',
    description: 'Device Flow must be explicitly enabled for this App',
    docs: '',
    evidence: 'I',
  },
  // The same, when the device asks for its codes: octokit/create-octokit-project.js#208 quotes the status.
  DEVICE_CODE_REFUSED: {
    error: 'device_flow_disabled',
    description: 'Device Flow must be explicitly enabled for this App',
    docs: '',
    evidence: 'I',
    status: 400,
  },
} as const satisfies Record<string, OAuthErrorFacts>

/** The name of one of the errors above. */
export type OAuthErrorCode = keyof typeof OAUTH_ERRORS

/** Thrown by a grant to answer with an error; the endpoint turns it into a response. */
export class OAuthRefusal extends Error {
  readonly code: OAuthErrorCode
  /** Further members of the answer, such as the new `interval` of `slow_down`. */
  readonly members: Readonly<Record<string, number>>

  constructor(code: OAuthErrorCode, members: Readonly<Record<string, number>> = {}) {
    super(code)
    this.code = code
    this.members = members
  }
}

/** The members that every OAuth error has, in an answer and in a redirect. */
export function oauthErrorMembers(code: OAuthErrorCode): Readonly<Record<string, string>> {
  const { error, description, docs }: OAuthErrorFacts = OAUTH_ERRORS[code]
  return { error, error_description: description, error_uri: `https://docs.github.com${docs}` }
}

/** The HTTP status of an OAuth error. */
export function oauthErrorStatus(code: OAuthErrorCode): number {
  const { status = 200 }: OAuthErrorFacts = OAUTH_ERRORS[code]
  return status
}
