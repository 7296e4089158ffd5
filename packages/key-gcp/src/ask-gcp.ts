import { Buffer } from 'node:buffer'
import type { GcpBytes, GcpCallOptions, GcpClient } from './clients.ts'
import { GcpError, toGcpError } from './gcp-error.ts'

/** How long a call may take, in milliseconds; the SDK wants to know it as well. */
export const TIMEOUT_MS = 5_000

/** How to call a client. */
export interface AskOptions {
  readonly client: GcpClient
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** An idle connection that is gone, or bytes that were damaged on the way: a second call can do better at once. */
const REPEATED = ['UNAVAILABLE', 'ECONNRESET', 'CHECKSUM_MISMATCH']

/**
 * Calls Google Cloud. The SDK's own retries are off, because they end in DEADLINE_EXCEEDED whatever happened; a call that
 * finds the service unavailable is repeated once.
 *
 * @throws {GcpError} Where it has a name.
 */
export async function askGcp<T>(
  { client, timeoutMs, signal }: AskOptions,
  call: (options: GcpCallOptions) => Promise<T>,
): Promise<T> {
  try {
    // A client remembers for ever that it had no credentials, so those are looked for first.
    await client.auth?.getClient?.()
    // Every call does this as well, but when it fails there, a rejection is left that nobody can handle.
    await client.initialize()
  } catch (error) {
    throw toGcpError(error, 'NO_CREDENTIALS')
  }
  const attempt = async () => {
    try {
      return await call({ timeout: timeoutMs, retry: null })
    } catch (error) {
      throw toGcpError(error)
    }
  }
  try {
    return await attempt()
  } catch (error) {
    const isRepeated = error instanceof GcpError && REPEATED.includes(error.code)
    if (signal.aborted || !isRepeated) throw error
  }
  return attempt()
}

/** Bytes of an answer: base64 where a transport left them so. @throws {Error} When there are none. */
export function bytesOf(data: GcpBytes | undefined): Uint8Array {
  if (data === null || data === undefined) throw new Error('The answer does not have what was asked for.')
  return new Uint8Array(typeof data === 'string' ? Buffer.from(data, 'base64') : data)
}
