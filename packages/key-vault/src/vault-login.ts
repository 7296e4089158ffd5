import { fieldsOf } from './fields.ts'
import { VaultError } from './vault-error.ts'
import type { VaultHttp } from './vault-http.ts'

/** A token, and for how long it is good. */
export interface VaultGrant {
  readonly token: string
  /** How long it lives from now, in milliseconds. Default: not known, and it is used until Vault refuses it. */
  readonly leaseMs?: number | undefined
  /** Whether Vault lets it renew itself. Default false. */
  readonly isRenewable?: boolean | undefined
}

/**
 * Logs in at a path below `/v1/`, such as `auth/jwt/login`, and gives the token that Vault answers with.
 *
 * @throws {VaultError} `LOGIN_REFUSED`, or whatever else keeps Vault from answering.
 */
export type VaultLoginCall = (path: string, data: object) => Promise<VaultGrant>

/**
 * How a client comes to its token: `vaultToken`, `vaultAppRole`, `vaultKubernetes`, or for any other auth method a function
 * that calls `logIn` with what it wants.
 */
export type VaultLogin = (logIn: VaultLoginCall) => VaultGrant | Promise<VaultGrant>

/** What Vault says when it refuses whoever logs in; 404 is for auth methods that are not there. */
const REFUSALS: readonly (number | undefined)[] = [400, 401, 403, 404, 405]

/** Logs in, and checks what comes of it. */
export async function logIn(login: VaultLogin, http: VaultHttp, signal: AbortSignal): Promise<VaultGrant> {
  const grant: VaultGrant = await login(async (path, data) => {
    try {
      return grantOf(await http.send({ path, data, signal }))
    } catch (error) {
      if (!(error instanceof VaultError) || !REFUSALS.includes(error.statusCode)) throw error
      const message = `The login at ${path} was refused. ${error.message}`
      throw new VaultError('LOGIN_REFUSED', message, error.statusCode)
    }
  })
  // In a header, anything else would end in an error that quotes it.
  if (typeof grant?.token !== 'string' || !/^[\x21-\x7e]+$/.test(grant.token))
    throw new VaultError('LOGIN_INVALID', 'What the login gave is no token.')
  return grant
}

/** The token of an answer to a login or a renewal. */
export function grantOf(body: unknown): VaultGrant {
  const { client_token: token, lease_duration: seconds, renewable } = fieldsOf(fieldsOf(body).auth)
  if (typeof token !== 'string' || token === '')
    throw new VaultError('UNREADABLE', 'Vault answered a login without a token.')
  // Without a lease it never expires.
  const leaseMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : undefined
  return { token, leaseMs, isRenewable: renewable === true }
}
