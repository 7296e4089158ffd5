import { Flights } from '../cache/flights.ts'
import { untilAborted } from '../clock.ts'
import type { Token } from './token.ts'
import type { GetTokenOptions, TokenProvider } from './token-provider.ts'
import { satisfies } from './token-validity.ts'

/** Options of {@link singleFlightTokens}. */
export interface SingleFlightOptions<T extends Token> {
  /** Where the renewals in flight are; share it between providers that get tokens of the same identity. */
  readonly flights?: Flights<T> | undefined
  /** The identity of the token. Default: the empty string, for flights of one's own. */
  readonly key?: string | undefined
  readonly clock: { now(): number }
  /** Goes up when what is asked for has changed: nobody joins a renewal from before. Default: it never does. */
  readonly generation?: (() => number) | undefined
}

/**
 * Lets all who ask at the same time share one renewal.
 *
 * A caller who aborts only stops waiting. A failure reaches those who waited for it and nobody after them. Who
 * rejected a token never gets it from a renewal that began before the rejection.
 */
export function singleFlightTokens<T extends Token>(
  provider: TokenProvider<T>,
  options: SingleFlightOptions<T>,
): TokenProvider<T> {
  return new SingleFlightTokens(provider, options)
}

class SingleFlightTokens<T extends Token> implements TokenProvider<T> {
  readonly #provider: TokenProvider<T>
  readonly #flights: Flights<T>
  readonly #key: string
  readonly #clock: { now(): number }
  readonly #generation: (() => number) | undefined

  constructor(
    provider: TokenProvider<T>,
    { flights = new Flights(), key = '', clock, generation }: SingleFlightOptions<T>,
  ) {
    this.#provider = provider
    this.#flights = flights
    this.#key = key
    this.#clock = clock
    this.#generation = generation
  }

  async getToken({ signal, ...wanted }: GetTokenOptions = {}): Promise<T> {
    signal?.throwIfAborted()
    const isJoining = this.#flights.has(this.#flight())
    const token = await untilAborted(this.#fly(wanted), signal)
    if (!isJoining || satisfies(token, wanted, this.#clock.now())) return token
    // The renewal that was joined may have found what this caller cannot use; the next one began after the request.
    return untilAborted(this.#fly(wanted), signal)
  }

  #flight(): string {
    return this.#generation === undefined ? this.#key : `${this.#key}@${this.#generation()}`
  }

  #fly(wanted: GetTokenOptions): Promise<T> {
    return this.#flights.join(this.#flight(), () => this.#provider.getToken(wanted))
  }
}
