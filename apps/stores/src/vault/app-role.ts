import { randomUUID } from 'node:crypto'
import type { StoreAnswer } from '../store-server.ts'
import { authAnswer, errorAnswer, type VaultCall, type VaultMount } from './envelope.ts'
import type { TokenOptions, VaultTokens } from './tokens.ts'

/** A role that programs log in with. */
export interface AppRole {
  readonly roleId: string
  /** A first secret ID. */
  readonly secretId: string
  /** Another one. `uses` is how often it can be used; 0, the default, is without end. */
  newSecretId(uses?: number): string
  revokeSecretId(secretId: string): void
}

interface Role {
  readonly token: TokenOptions
  /** How often each can be used still. */
  readonly secretIds: Map<string, number>
}

const INVALID = errorAnswer(400, 'invalid role or secret ID')

/** The auth method AppRole: https://developer.hashicorp.com/vault/api-docs/auth/approle#login-with-approle. */
export class AppRoleMount implements VaultMount {
  readonly #roles = new Map<string, Role>()
  readonly #tokens: VaultTokens

  constructor(tokens: VaultTokens) {
    this.#tokens = tokens
  }

  create(token: TokenOptions, uses = 0): AppRole {
    const roleId = randomUUID()
    const secretIds = new Map<string, number>()
    this.#roles.set(roleId, { token, secretIds })
    const newSecretId = (count = 0) => {
      const secretId = randomUUID()
      secretIds.set(secretId, count === 0 ? Number.POSITIVE_INFINITY : count)
      return secretId
    }
    const revokeSecretId = (secretId: string) => void secretIds.delete(secretId)
    return { roleId, secretId: newSecretId(uses), newSecretId, revokeSecretId }
  }

  answer({ method, path, data }: VaultCall): StoreAnswer | undefined {
    if (path !== 'login') return undefined
    if (method !== 'POST') return errorAnswer(405, 'unsupported operation')
    const { role_id: roleId, secret_id: secretId } = data
    if (typeof roleId !== 'string' || roleId === '') return errorAnswer(400, 'missing role_id')
    if (typeof secretId !== 'string' || secretId === '') return errorAnswer(400, 'missing secret_id')
    const role = this.#roles.get(roleId)
    const left = role?.secretIds.get(secretId)
    if (role === undefined || left === undefined) return INVALID
    if (left === 1) role.secretIds.delete(secretId)
    else role.secretIds.set(secretId, left - 1)
    return authAnswer(this.#tokens.create(role.token))
  }
}
