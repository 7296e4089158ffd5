import type { StoreAnswer } from '../store-server.ts'

/** Canonical codes and their HTTP status (https://cloud.google.com/apis/design/errors#handling_errors). */
const HTTP = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
} as const

/** The canonical code of an error. */
export type GoogleStatus = keyof typeof HTTP

/** An error of a Google API, as thrown where it is found. */
export class GoogleError extends Error {
  readonly status: GoogleStatus
  readonly details: readonly object[]

  constructor(status: GoogleStatus, message: string, details: readonly object[] = []) {
    super(message)
    this.status = status
    this.details = details
  }

  /** The answer: a `google.rpc.Status` as JSON (https://cloud.google.com/apis/design/errors#http_mapping). */
  get answer(): StoreAnswer {
    const { status, message, details } = this
    const code = HTTP[status]
    return {
      status: code,
      headers: { 'content-type': 'application/json; charset=UTF-8' },
      body: { error: { code, message, status, ...(details.length > 0 && { details }) } },
    }
  }
}

/** Why a request was refused, for programs (https://cloud.google.com/apis/design/errors#error_info). */
export function errorInfo(reason: string, service: string): object {
  return {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
    metadata: { service },
  }
}
