import { vaultPath } from './place.ts'
import type { VaultLogin } from './vault-login.ts'

/** Options of {@link vaultAppRole}. */
export interface VaultAppRoleOptions {
  readonly roleId: string
  /** The secret ID, or a function that fetches one for each login. */
  readonly secretId: string | (() => string | Promise<string>)
  /** Where the auth method is enabled. Default `approle`. */
  readonly mount?: string | undefined
}

/**
 * Logs in with the auth method AppRole (https://developer.hashicorp.com/vault/docs/auth/approle).
 *
 * @throws {TypeError} When an option can never work.
 */
export function vaultAppRole({ roleId, secretId, mount = 'approle' }: VaultAppRoleOptions): VaultLogin {
  const path = `auth/${vaultPath('mount', mount)}/login`
  if (typeof roleId !== 'string' || roleId === '')
    throw new TypeError('vaultAppRole(): expected the role ID as roleId.')
  if (typeof secretId !== 'function' && (typeof secretId !== 'string' || secretId === ''))
    throw new TypeError('vaultAppRole(): expected a secret ID, or a function that fetches one, as secretId.')
  return async (logIn) => {
    const secret = typeof secretId === 'function' ? await secretId() : secretId
    return logIn(path, { role_id: roleId, secret_id: secret })
  }
}
