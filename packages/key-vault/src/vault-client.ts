import { type Clock, systemClock } from '@hubauth/core'
import { VaultError } from './vault-error.ts'
import { VaultHttp, type VaultHttpCall } from './vault-http.ts'
import type { VaultLogin } from './vault-login.ts'
import { VaultSession } from './vault-session.ts'

/** Options of a call of a {@link VaultClient}. */
export interface VaultCallOptions {
  /** Gives up waiting for Vault. */
  readonly signal?: AbortSignal | undefined
}

/** What asks Vault: made by {@link vaultClient}; a client of `node-vault` fits as well. */
export interface VaultClient {
  /** Reads a path below `/v1/`, such as `secret/data/github/acme`, and gives the whole answer. */
  read(path: string, options?: VaultCallOptions): Promise<unknown>
  /** Writes to a path below `/v1/`, and gives the whole answer, or undefined when there is none. */
  write(path: string, data: object, options?: VaultCallOptions): Promise<unknown>
}

/** Options of {@link vaultClient}. Nothing is taken from the environment. */
export interface VaultClientOptions {
  /** Root of the Vault or OpenBao, such as `https://vault.example:8200`, without `/v1`. */
  readonly address: string
  /** How to come to a token. */
  readonly login: VaultLogin
  /** The namespace of everything that is asked for, the login as well, such as `admin/team`. Default: the root namespace. */
  readonly namespace?: string | undefined
  /** Allow `http:` to a host that is not this machine. Default false: whoever is on the way could read every secret. */
  readonly allowHttp?: boolean | undefined
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined
  readonly clock?: Clock | undefined
}

/**
 * Makes a client of HashiCorp Vault or OpenBao (https://developer.hashicorp.com/vault/api-docs).
 *
 * It logs in at the first call, once for all who ask at the same time; renews the token when two thirds of its lease are
 * over, and logs in again when it cannot be renewed. A call that is refused with 403 is repeated once with a new token.
 * Redirects are not followed: the token goes to `address` and nowhere else.
 *
 * `read` and `write` throw {@link VaultError}, what the login throws, or the signal's reason. They have no time limit of
 * their own; `vaultSecret` and `vaultTransitKey` give them one.
 *
 * @throws {TypeError} When an option can never work.
 */
export function vaultClient(options: VaultClientOptions): VaultClient {
  const { login, clock = systemClock } = options
  if (typeof login !== 'function')
    throw new TypeError('login: expected vaultToken(…), vaultAppRole(…), vaultKubernetes(…), or a function.')
  const http = new VaultHttp(options)
  return new HttpVaultClient(http, new VaultSession({ http, login, clock }))
}

class HttpVaultClient implements VaultClient {
  readonly #http: VaultHttp
  readonly #session: VaultSession

  constructor(http: VaultHttp, session: VaultSession) {
    this.#http = http
    this.#session = session
  }

  read(path: string, { signal }: VaultCallOptions = {}): Promise<unknown> {
    return this.#send({ path, signal })
  }

  write(path: string, data: object, { signal }: VaultCallOptions = {}): Promise<unknown> {
    return this.#send({ path, data, signal })
  }

  async #send(call: VaultHttpCall): Promise<unknown> {
    const { signal } = call
    const token = await this.#session.token(signal)
    try {
      return await this.#http.send({ ...call, token })
    } catch (error) {
      if (!isRefused(error)) throw error
      const other = await this.#session.another(token, signal)
      if (other === undefined) throw error
      return this.#sendAgain({ ...call, token: other })
    }
  }

  async #sendAgain(call: VaultHttpCall): Promise<unknown> {
    try {
      return await this.#http.send(call)
    } catch (error) {
      if (isRefused(error)) this.#session.refusedAgain()
      throw error
    }
  }
}

/** Vault says the same of a token that has ended and of one that may not do this. */
function isRefused(error: unknown): boolean {
  return error instanceof VaultError && error.statusCode === 403
}

/** @throws {TypeError} When `client` cannot be one. */
export function checkClient(client: VaultClient): void {
  if (typeof client?.read === 'function' && typeof client.write === 'function') return
  throw new TypeError('client: expected vaultClient({ address, login }), or a client of node-vault.')
}
