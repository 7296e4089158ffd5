import { Buffer } from 'node:buffer'
import type { GoogleBytes, GoogleCall, GoogleClient } from './clients.ts'
import { GoogleFailure, named } from './google-failure.ts'

/** How long a call may take, in milliseconds. */
export const TIMEOUT_MS = 5_000

/** How to call a client. */
export interface GoogleCallOptions {
  readonly client: GoogleClient
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** An idle connection that is gone, or bytes that were damaged on the way: a second call can do better at once. */
const REPEATED = ['UNAVAILABLE', 'ECONNRESET', 'CHECKSUM_MISMATCH']

/** @throws {TypeError} Which says what to pass, and what to install. */
export function checkClient(
  client: object,
  methods: readonly string[],
  [name, sdk]: readonly [string, string],
) {
  if (methods.some((method) => typeof Object(client)[method] !== 'function'))
    throw new TypeError(`client: expected a ${name} of ${sdk} (npm install ${sdk}).`)
}

/**
 * Calls Google Cloud. The SDK's own retries are off, because they end in DEADLINE_EXCEEDED whatever happened; a call that
 * finds the service unavailable is repeated once.
 *
 * @throws {GoogleFailure} Where it has a name.
 */
export async function askGoogle<T>(
  { client, timeoutMs, signal }: GoogleCallOptions,
  call: (options: GoogleCall) => Promise<T>,
): Promise<T> {
  try {
    // Every call does this as well, but when it fails there, a rejection is left that nobody can handle.
    await client.initialize()
  } catch (error) {
    throw named(error, 'NO_CREDENTIALS')
  }
  try {
    return await call({ timeout: timeoutMs, retry: null })
  } catch (error) {
    const first = named(error)
    if (signal.aborted || !(first instanceof GoogleFailure) || !REPEATED.includes(first.code)) throw first
  }
  try {
    return await call({ timeout: timeoutMs, retry: null })
  } catch (error) {
    throw named(error)
  }
}

/** Bytes of an answer: base64 where a transport left them so. @throws {Error} When there are none. */
export function bytesOf(data: GoogleBytes | undefined): Uint8Array {
  if (data === null || data === undefined) throw new Error('The answer does not have what was asked for.')
  return new Uint8Array(typeof data === 'string' ? Buffer.from(data, 'base64') : data)
}
