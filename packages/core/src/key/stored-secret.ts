import { Flights } from '../cache/flights.ts'
import { type Clock, systemClock, untilAborted } from '../clock.ts'
import { HubauthError, type StorePlace } from '../errors.ts'
import type { ReadSecretOptions, SecretSource } from './secret-source.ts'
import {
  askStore,
  checkPlace,
  checkTimeout,
  entryOf,
  type StoreExplanation,
  StoreFailure,
} from './store-call.ts'

/** Options of {@link storedSecret}: all that a store has to know. */
export interface StoredSecretOptions {
  /** Name of the store, such as `AWS Secrets Manager`. */
  readonly store: string
  /** The secret there, by its name or ID. */
  readonly secretId: string
  /** Fetches the text. What it throws goes through `explain`; a `HubauthError` stays as it is. */
  readonly fetch: (signal: AbortSignal) => string | Promise<string>
  /** What an error of the store's client means; undefined when it is not known: then nothing of it is told. */
  readonly explain?: ((error: unknown) => StoreExplanation | undefined) | undefined
  /** For one read with all its retries, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
  readonly clock?: Clock | undefined
}

/**
 * A secret in a store: plain text, or a JSON document with {@link StoredSecret.field fields}. All who read it at the same
 * time, whatever field, share one call; nothing is remembered.
 */
export interface StoredSecret extends SecretSource {
  readonly place: StorePlace
  /**
   * One field of the JSON document that the secret is: text, or a list of texts, which are lines then.
   *
   * @throws {TypeError} When `name` cannot be the name of a field.
   */
  field(name: string): StoredSecret
}

/**
 * Makes a secret source of a function that fetches: adds a time limit, one call for all, fields, and errors that name the
 * store, the secret and the field.
 *
 * `read` throws `STORE_UNAVAILABLE`, `STORE_THROTTLED`, `STORE_TIMEOUT`, `STORE_ACCESS_DENIED`, `STORE_NOT_FOUND`,
 * `STORE_FIELD_MISSING`, or the signal's reason.
 *
 * @throws {TypeError} When `store` or `secretId` cannot be names.
 */
export function storedSecret(options: StoredSecretOptions): StoredSecret {
  const { store, secretId, fetch, clock = systemClock, timeoutMs } = options
  const place = { store, secretId }
  checkPlace(place)
  checkTimeout(timeoutMs)
  const flights = new Flights<string>()
  const ask = () => askStore({ ...options, clock }, async (signal) => fetch(signal))
  return new Stored(place, () => flights.join('', ask))
}

class Stored implements StoredSecret {
  readonly place: StorePlace
  readonly #fetch: () => Promise<string>

  constructor(place: StorePlace, fetch: () => Promise<string>) {
    this.place = Object.freeze(place)
    this.#fetch = fetch
  }

  async read({ signal }: ReadSecretOptions = {}): Promise<string> {
    signal?.throwIfAborted()
    const { place } = this
    let text: unknown
    try {
      text = await untilAborted(this.#fetch(), signal)
    } catch (error) {
      throw error instanceof StoreFailure ? error.at(place) : withField(error, place)
    }
    if (typeof text !== 'string')
      throw new HubauthError('STORE_NOT_FOUND', `${place.store} has no text in ${place.secretId}.`, {
        details: place,
      })
    return place.field === undefined ? text : fieldOf(text, place)
  }

  field(name: string): StoredSecret {
    // A name that is undefined would stand for the whole secret.
    const place = { ...this.place, field: name ?? '' }
    checkPlace(place)
    if (this.place.field !== undefined) throw new TypeError('field(): fields have no fields.')
    return new Stored(place, this.#fetch)
  }
}

/** What a store said of the whole secret, for who asked for a field of it. */
function withField(error: unknown, place: StorePlace): unknown {
  if (place.field === undefined || !HubauthError.isInstance(error) || !('secretId' in error.details))
    return error
  if (error.details.store !== place.store || error.details.secretId !== place.secretId) return error
  const what = `The field ${place.field} is not available: ${error.message}`
  return new HubauthError(error.code, what, { details: place, cause: error.cause, remedy: '' })
}

function fieldOf(text: string, place: StorePlace): string {
  const missing = (why: string) =>
    new HubauthError('STORE_FIELD_MISSING', `${place.store} does not have ${entryOf(place)}: ${why}.`, {
      details: place,
    })
  let document: unknown
  try {
    document = JSON.parse(text.trim())
  } catch {
    // The parser's message quotes the text.
    throw missing('the secret is no JSON document')
  }
  const isDocument = typeof document === 'object' && document !== null && !Array.isArray(document)
  const fields = new Map<string, unknown>(isDocument ? Object.entries(document as object) : [])
  const value = fields.get(place.field ?? '')
  if (value === undefined)
    throw missing(isDocument ? 'the document has no such field' : 'the document is no object')
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('\n')
  throw missing('the field is no text')
}
