import type { Clock } from '@hubauth/core'
import { SharedWork } from './shared-work.ts'
import { VaultError } from './vault-error.ts'
import type { VaultHttp } from './vault-http.ts'
import { grantOf, logIn, type VaultGrant, type VaultLogin } from './vault-login.ts'

/** Of a lease, what passes before the token is renewed. */
const RENEW_AFTER = 2 / 3
/** Of a lease, what passes before the token is not used any more. */
const USE_UNTIL = 0.95
/** How long a call waits for a token to be renewed, in milliseconds. */
const RENEWAL_TIMEOUT_MS = 2_000
/** A policy that says no says the same to the next token: how long none is fetched for another refusal. */
const REFUSAL_PAUSE_MS = 10_000

/** What a session is made of. */
export interface VaultSessionOptions {
  readonly http: VaultHttp
  readonly login: VaultLogin
  readonly clock: Clock
}

/** A token with its times, in epoch milliseconds. */
interface HeldToken {
  readonly token: string
  readonly isRenewable: boolean
  /** The whole lease that the login gave. */
  readonly leaseMs: number
  readonly renewAt: number
  readonly endsAt: number
}

/** The token of a client, through its life: one login for all, renewed while that is worth it, replaced when it ends. */
export class VaultSession {
  readonly #options: VaultSessionOptions
  readonly #logins = new SharedWork<HeldToken>()
  #held: HeldToken | undefined
  #isFutileUntil = Number.NEGATIVE_INFINITY

  constructor(options: VaultSessionOptions) {
    this.#options = options
  }

  /** The token to use now. One that lives still is used also when it cannot be renewed. */
  async token(signal: AbortSignal | undefined): Promise<string> {
    const now = this.#options.clock.now()
    const held = this.#held
    if (held === undefined || now >= held.endsAt) return this.#newToken(signal)
    if (now < held.renewAt) return held.token
    // A renewal that hangs leaves time for the call: the token is good still.
    const [limit, done] = [new AbortController(), new AbortController()]
    this.#options.clock.sleep(RENEWAL_TIMEOUT_MS, done.signal).then(
      () => limit.abort(),
      () => undefined,
    )
    const either = AbortSignal.any([limit.signal, ...(signal === undefined ? [] : [signal])])
    try {
      return (await this.#logins.join((shared) => this.#renewed(held, shared), either)).token
    } catch {
      signal?.throwIfAborted()
      return held.token
    } finally {
      done.abort('done')
    }
  }

  /** Another token than the one that was refused; undefined when there is none. */
  async another(refused: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    if (this.#held !== undefined && this.#held.token !== refused) return this.#held.token
    if (this.#options.clock.now() < this.#isFutileUntil) return undefined
    const token = await this.#newToken(signal)
    return token === refused ? undefined : token
  }

  /** Notes that the other token was refused as well. */
  refusedAgain(): void {
    this.#isFutileUntil = this.#options.clock.now() + REFUSAL_PAUSE_MS
  }

  async #newToken(signal: AbortSignal | undefined): Promise<string> {
    return (await this.#logins.join((shared) => this.#loggedIn(shared), signal)).token
  }

  async #loggedIn(signal: AbortSignal): Promise<HeldToken> {
    const { http, login, clock } = this.#options
    const startedAt = clock.now()
    const grant = await logIn(login, http, signal)
    return this.#keep(grant, startedAt, grant.leaseMs)
  }

  /** A secret ID may be good for one login only, so a token is renewed while it can be. */
  async #renewed(held: HeldToken, signal: AbortSignal): Promise<HeldToken> {
    const { http, clock } = this.#options
    if (!held.isRenewable) return this.#loggedIn(signal)
    const startedAt = clock.now()
    try {
      const body = await http.send({ path: 'auth/token/renew-self', data: {}, token: held.token, signal })
      return this.#keep(grantOf(body), startedAt, held.leaseMs)
    } catch (error) {
      const isRefused = error instanceof VaultError && [400, 403].includes(error.statusCode ?? 0)
      if (!isRefused) throw error
      return this.#loggedIn(signal)
    }
  }

  #keep(grant: VaultGrant, startedAt: number, fullLeaseMs = Number.POSITIVE_INFINITY): HeldToken {
    const { token, leaseMs = Number.POSITIVE_INFINITY, isRenewable = false } = grant
    this.#held = {
      token,
      // A lease that gets shorter has reached its maximum.
      isRenewable: isRenewable && leaseMs >= fullLeaseMs / 2,
      leaseMs: fullLeaseMs,
      renewAt: startedAt + leaseMs * RENEW_AFTER,
      endsAt: startedAt + leaseMs * USE_UNTIL,
    }
    return this.#held
  }
}
