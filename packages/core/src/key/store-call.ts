import { type Clock, withDeadline } from '../clock.ts'
import { HubauthError, type StorePlace } from '../errors.ts'

/** What can be wrong with a store, or with what it was asked for. */
export type StoreProblem =
  | 'access-denied'
  | 'not-found'
  | 'throttled'
  | 'timeout'
  | 'unavailable'
  /** For keys that sign elsewhere: disabled, about to be deleted, or not meant for signing. */
  | 'unusable'

/** What an error means, and what to do about it where more is known than of every error of that kind. */
export type StoreExplanation =
  | StoreProblem
  | { readonly problem: StoreProblem /** A sentence or two. */; readonly remedy: string }

/** How to ask a store. */
export interface StoreCallOptions {
  /** Name of the store, such as `AWS Secrets Manager`. */
  readonly store: string
  /** The secret, parameter or key there, by its name or ID. */
  readonly secretId: string
  /** What an error of the store's client means; undefined when it is not known, which is taken for `unavailable`. */
  readonly explain?: ((error: unknown) => StoreExplanation | undefined) | undefined
  /** For one call with all its retries, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
  readonly clock: Clock
}

const TIMEOUT_MS = 5_000
/** Names have digits only where everything is in capitals, as in `ERR_HTTP2_ERROR`; tokens have them anywhere. */
const NAME = /^(?:[A-Za-z_.-]{1,80}|[A-Z0-9_]{1,60}|\d{1,9}(?:ms)?)$/
/** The longest names are ARNs of parameters; the shortest private key has 1 588 characters. */
const MAX_NAME = 1_200

const CODES = {
  'access-denied': 'STORE_ACCESS_DENIED',
  'not-found': 'STORE_NOT_FOUND',
  throttled: 'STORE_THROTTLED',
  timeout: 'STORE_TIMEOUT',
  unavailable: 'STORE_UNAVAILABLE',
} as const

const WHAT: Readonly<Record<StoreProblem, string>> = {
  'access-denied': 'refuses access to',
  'not-found': 'does not have',
  throttled: 'throttles calls for',
  timeout: 'did not answer in time for',
  unavailable: 'could not be asked for',
  unusable: 'cannot sign with',
}

/** Why a call failed: without a word of what the store said about anything that it holds. */
export class StoreFailure extends Error {
  readonly problem: StoreProblem
  readonly #remedy: string | undefined
  readonly #name: string | undefined

  /** @param explanation Undefined for an error that nobody knows: then its text is not told, for clients quote what they could not read. */
  constructor(explanation: StoreExplanation | undefined, cause: unknown) {
    super('The store failed.', explanation === undefined ? undefined : { cause })
    const known = typeof explanation === 'object' ? explanation : { problem: explanation, remedy: undefined }
    this.problem = known.problem ?? 'unavailable'
    this.#remedy = known.remedy
    this.#name = nameOf(cause)
  }

  /** The error for who asked, with the place as they know it. */
  at(place: StorePlace): HubauthError {
    const { problem, cause } = this
    const name = this.#name === undefined ? '' : ` (${this.#name})`
    const what = `${place.store} ${WHAT[problem]} ${entryOf(place)}${name}.`
    const options = { details: place, cause, remedy: this.#remedy }
    return problem === 'unusable'
      ? new HubauthError('KEY_INVALID', what, {
          ...options,
          remedy: this.#remedy ?? 'Check its state and usage there.',
        })
      : new HubauthError(CODES[problem], what, options)
  }
}

/** @throws {TypeError} For names that no store can have; keys are pasted where names belong, and are never repeated. */
export function checkPlace(
  { store, secretId, field = 'none' }: StorePlace,
  idName: string = 'secretId',
): void {
  for (const [name, value] of Object.entries({ store, [idName]: secretId, field })) {
    if (
      typeof value !== 'string' ||
      value.trim() === '' ||
      value.length > MAX_NAME ||
      /-----|\p{Cc}/u.test(value)
    )
      throw new TypeError(`${name}: expected a name, not what it holds.`)
  }
}

/** @throws {TypeError} Unless it is undefined, or a time. */
export function checkTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined && !(timeoutMs > 0))
    throw new TypeError('timeoutMs: expected more than 0 milliseconds.')
}

/** The secret as messages name it. */
export function entryOf({ secretId, field }: StorePlace): string {
  return field === undefined ? secretId : `the field ${field} of ${secretId}`
}

/** Asks a store, for no longer than it may take. @throws {StoreFailure} Or a `HubauthError` that `work` throws. */
export async function askStore<T>(
  { store, secretId, explain, timeoutMs = TIMEOUT_MS, clock }: StoreCallOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline({ clock, timeoutMs, what: `${store}, asked for ${secretId},` }, ({ signal }) =>
      work(signal),
    )
  } catch (error) {
    if (HubauthError.isInstance(error) && error.code === 'TIMEOUT')
      throw new StoreFailure('timeout', Object.assign(new Error('No answer.'), { code: `${timeoutMs}ms` }))
    throw HubauthError.isInstance(error) ? error : new StoreFailure(explain?.(error), error)
  }
}

/** What clients call the same thing differently: `AccessDeniedException`, `ECONNREFUSED`, `403`. */
function nameOf(cause: unknown): string | undefined {
  const { name, code, statusCode } = (cause ?? {}) as Readonly<Record<string, unknown>>
  const candidates = [code, name === 'Error' ? undefined : name, statusCode]
  return candidates.map(String).find((text) => text !== 'undefined' && NAME.test(text))
}
