import { randomUUID } from 'node:crypto'
import type { StoreAnswer } from '../store-server.ts'

/** A call, as a secrets engine or an auth method sees it. */
export interface VaultCall {
  /** `GET`, or `POST` for `PUT` as well, which Vault takes for the same. */
  readonly method: string
  /** Below the mount. */
  readonly path: string
  readonly query: URLSearchParams
  readonly data: Readonly<Record<string, unknown>>
}

/** Something that is mounted. Answers undefined for a path that it does not have. */
export interface VaultMount {
  answer(call: VaultCall): StoreAnswer | undefined
}

/** The `auth` of an answer to a login or a renewal. */
export interface AuthBlock {
  readonly client_token: string
  readonly accessor: string
  readonly policies: readonly string[]
  readonly token_policies: readonly string[]
  readonly metadata: Readonly<Record<string, string>> | null
  readonly lease_duration: number
  readonly renewable: boolean
  readonly entity_id: string
  readonly token_type: string
  readonly orphan: boolean
}

/** Every answer with a body looks like this: https://developer.hashicorp.com/vault/api-docs#api-operations. */
function envelope(data: unknown, auth: AuthBlock | null): Readonly<Record<string, unknown>> {
  return {
    request_id: randomUUID(),
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data,
    wrap_info: null,
    warnings: null,
    auth,
  }
}

/** An answer with data; `status` 404 is what deleted versions have. */
export function dataAnswer(data: unknown, status = 200): StoreAnswer {
  return { status, body: envelope(data, null) }
}

/** An answer to a login or a renewal. */
export function authAnswer(auth: AuthBlock): StoreAnswer {
  return { body: envelope(null, auth) }
}

/** An error: https://developer.hashicorp.com/vault/api-docs#error-response. Without a text the list is empty. */
export function errorAnswer(status: number, ...errors: readonly string[]): StoreAnswer {
  return { status, body: { errors } }
}

/** How Vault words an error of a backend that is not an answer itself (go-multierror). */
export function multierror(text: string): string {
  return `1 error occurred:\n\t* ${text}\n\n`
}
