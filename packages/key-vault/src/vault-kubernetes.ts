import { vaultPath } from './place.ts'
import { VaultError } from './vault-error.ts'
import type { VaultLogin } from './vault-login.ts'

/** Where Kubernetes puts the token of a pod's service account, and replaces it before it ends. */
const TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** Options of {@link vaultKubernetes}. */
export interface VaultKubernetesOptions {
  /** The role in Vault that the service account is bound to. */
  readonly role: string
  /**
   * Gives the token of the service account, for each login. Default: reads the file that Kubernetes puts into every pod,
   * `/var/run/secrets/kubernetes.io/serviceaccount/token`, which needs Node.
   */
  readonly jwt?: (() => string | Promise<string>) | undefined
  /** Where the auth method is enabled. Default `kubernetes`. */
  readonly mount?: string | undefined
}

/**
 * Logs in as the service account of the pod (https://developer.hashicorp.com/vault/docs/auth/kubernetes).
 *
 * @throws {TypeError} When an option can never work.
 */
export function vaultKubernetes({
  role,
  jwt = readTokenFile,
  mount = 'kubernetes',
}: VaultKubernetesOptions): VaultLogin {
  const path = `auth/${vaultPath('mount', mount)}/login`
  if (typeof role !== 'string' || role === '')
    throw new TypeError('vaultKubernetes(): expected the name of a role as role.')
  if (typeof jwt !== 'function')
    throw new TypeError('vaultKubernetes(): expected a function that gives the token as jwt.')
  return async (logIn) => logIn(path, { role, jwt: `${await jwt()}`.trim() })
}

async function readTokenFile(): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  try {
    return await readFile(TOKEN_FILE, 'utf8')
  } catch {
    throw new VaultError('LOGIN_INVALID', `The token of the service account cannot be read: ${TOKEN_FILE}`)
  }
}
