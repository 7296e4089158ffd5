import type { StoreAnswer } from '../store-server.ts'
import { authAnswer, errorAnswer, type VaultCall, type VaultMount } from './envelope.ts'
import type { TokenOptions, VaultTokens } from './tokens.ts'

/** What a pod logs in with. */
export interface KubernetesRole extends TokenOptions {
  readonly name: string
  /** The token of the service account that the role is bound to. */
  readonly jwt: string
}

/** The auth method Kubernetes: https://developer.hashicorp.com/vault/api-docs/auth/kubernetes#login. */
export class KubernetesMount implements VaultMount {
  readonly #roles = new Map<string, KubernetesRole>()
  readonly #tokens: VaultTokens

  constructor(tokens: VaultTokens) {
    this.#tokens = tokens
  }

  create(role: KubernetesRole): void {
    this.#roles.set(role.name, role)
  }

  answer({ method, path, data }: VaultCall): StoreAnswer | undefined {
    if (path !== 'login') return undefined
    if (method !== 'POST') return errorAnswer(405, 'unsupported operation')
    if (typeof data.role !== 'string' || data.role === '') return errorAnswer(400, 'missing role')
    if (typeof data.jwt !== 'string' || data.jwt === '') return errorAnswer(400, 'missing jwt')
    const role = this.#roles.get(data.role)
    if (role === undefined) return errorAnswer(400, `invalid role name "${data.role}"`)
    if (role.jwt !== data.jwt) return errorAnswer(403, 'permission denied')
    return authAnswer(this.#tokens.create(role))
  }
}
