/** How an attempt ended, in GitHub's words. */
export interface Outcome {
  /** `OK`, or what went wrong. */
  readonly status: string
  readonly statusCode: number
}

// The texts are those of https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks, as
// quoted from answers of the API: 504 for what timed out, 502 when there was no connection. That 502 also stands for a refused
// connection and a bad certificate is from memory. The text for everything else is the example in the OpenAPI description.
const TIMED_OUT: Outcome = { status: 'timed out', statusCode: 504 }
const BAD_GATEWAY = 502
const UNREACHABLE = ['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']
const BAD_CERTIFICATE = /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_TLS_/

/** What GitHub calls the answer of a receiver. Redirects are not followed and no success, though the API files them under it. */
export function answered(statusCode: number): Outcome {
  const isSuccess = statusCode >= 200 && statusCode < 300
  return { status: isSuccess ? 'OK' : `Invalid HTTP Response: ${statusCode}`, statusCode }
}

/** What GitHub calls it when there was no answer; `error` is `timed out` or the code of the connection error. */
export function unanswered(error: string): Outcome {
  if (error === 'timed out') return TIMED_OUT
  return { status: connectionFailure(error), statusCode: BAD_GATEWAY }
}

function connectionFailure(code: string): string {
  if (code === 'ECONNREFUSED') return 'failed to connect to network'
  if (UNREACHABLE.includes(code)) return 'failed to connect to host'
  if (BAD_CERTIFICATE.test(code)) return 'peer certificate cannot be authenticated with given CA certificates'
  return 'failed to connect'
}
