/**
 * The names of what went wrong (https://cloud.google.com/apis/design/errors#error_codes), by gRPC's number and by HTTP's:
 * over REST, google-gax 5 says 404 where google-gax 6 and gRPC say 5.
 */
const CODES: Readonly<Record<string, readonly number[]>> = {
  INVALID_ARGUMENT: [3, 400],
  DEADLINE_EXCEEDED: [4, 504],
  NOT_FOUND: [5, 404],
  PERMISSION_DENIED: [7, 403],
  RESOURCE_EXHAUSTED: [8, 429],
  FAILED_PRECONDITION: [9],
  UNAVAILABLE: [14, 503],
  UNAUTHENTICATED: [16, 401],
}

/** OAuth's words for credentials that are no good (RFC 6749 section 5.2, and `invalid_rapt`: sign in again). */
const SIGN_IN_FAILED = /\binvalid_(?:grant|client|rapt)\b|\bunauthorized_client\b/

/** Access tokens, which proxies repeat in their pages. */
const ACCESS_TOKEN = /\b(?:Bearer\s+|ya29\.)[\w.~+/=-]+/gi

/** What went wrong, by its name. */
export class GcpError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message.replace(ACCESS_TOKEN, '[redacted]'))
    this.name = 'GcpError'
    this.code = code
  }
}

/** An error of the SDK with its name, or with `known` where that says more; one that has no name stays as it is. */
export function toGcpError(error: unknown, known?: string): unknown {
  if (error instanceof GcpError) return error
  const { code, message } = wordsOf(error)
  const name = known ?? (SIGN_IN_FAILED.test(message) ? 'UNAUTHENTICATED' : code)
  return name === undefined ? error : new GcpError(name, message)
}

/** Over REST, google-gax 5 has the whole body of the answer as the message, which says more than the status. */
function wordsOf(error: unknown): { readonly code: string | undefined; readonly message: string } {
  const message = error instanceof Error ? error.message : String(error)
  const code = nameOf((Object(error) as { readonly code?: unknown }).code)
  try {
    const { status, message: text } = Object(JSON.parse(message).error)
    return { code: /^[A-Z_]+$/.exec(String(status))?.[0] ?? code, message: String(text ?? message) }
  } catch {
    return { code, message }
  }
}

function nameOf(code: unknown): string | undefined {
  const [name] = Object.entries(CODES).find(([, codes]) => codes.includes(Number(code))) ?? []
  return name ?? (typeof code === 'string' ? code : undefined)
}
