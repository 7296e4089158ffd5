import { randomBytes, randomUUID } from 'node:crypto'
import type { AuthBlock } from './envelope.ts'

/** Paths, with `*` at the end or `+` for a segment, and what may be done there. */
export type PolicyPaths = Readonly<Record<string, readonly ('read' | 'update')[]>>

/** What a token is given. */
export interface TokenOptions {
  readonly policies: readonly string[]
  /** In seconds; 0 never expires. Default 0. */
  readonly ttl?: number | undefined
  /** In seconds from its creation, beyond which it cannot be renewed. Default: no limit. */
  readonly maxTtl?: number | undefined
  /** Default true. */
  readonly renewable?: boolean | undefined
}

interface HeldToken extends TokenOptions {
  readonly token: string
  readonly accessor: string
  readonly createdAt: number
  expiresAt: number
}

/**
 * Tokens and policies: https://developer.hashicorp.com/vault/docs/concepts/tokens,
 * https://developer.hashicorp.com/vault/docs/concepts/policies.
 */
export class VaultTokens {
  readonly #tokens = new Map<string, HeldToken>()
  readonly #policies = new Map<string, PolicyPaths>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Service tokens begin with `hvs.` since Vault 1.10. */
  create(options: TokenOptions): AuthBlock {
    const token = `hvs.${randomBytes(24).toString('base64url')}`
    const createdAt = this.#now()
    const held = { ...options, token, accessor: randomUUID(), createdAt, expiresAt: Number.POSITIVE_INFINITY }
    this.#tokens.set(token, held)
    return this.#extended(held)
  }

  /** `auth/token/renew-self`: undefined when the token cannot be renewed. */
  renew(token: string): AuthBlock | undefined {
    const held = this.#tokens.get(token)
    return held === undefined || held.renewable === false ? undefined : this.#extended(held)
  }

  revoke(token: string): void {
    this.#tokens.delete(token)
  }

  revokeAll(): void {
    this.#tokens.clear()
  }

  writePolicy(name: string, paths: PolicyPaths): void {
    this.#policies.set(name, paths)
  }

  isAlive(token: string): boolean {
    return (this.#tokens.get(token)?.expiresAt ?? 0) > this.#now()
  }

  /** Every token has the policy `default`, which lets it renew itself. */
  isAllowed(token: string, path: string, capability: 'read' | 'update'): boolean {
    if (path === 'auth/token/renew-self') return true
    const policies = this.#tokens.get(token)?.policies ?? []
    return policies.some((name) =>
      Object.entries(this.#policies.get(name) ?? {}).some(
        ([pattern, capabilities]) => capabilities.includes(capability) && isMatch(pattern, path),
      ),
    )
  }

  #extended(held: HeldToken): AuthBlock {
    const { ttl = 0, maxTtl = Number.POSITIVE_INFINITY, createdAt, renewable = true, token } = held
    const left = createdAt / 1_000 + maxTtl - this.#now() / 1_000
    const lease = ttl === 0 ? 0 : Math.max(0, Math.floor(Math.min(ttl, left)))
    if (ttl !== 0) held.expiresAt = this.#now() + lease * 1_000
    const policies = ['default', ...held.policies]
    return {
      client_token: token,
      accessor: held.accessor,
      policies,
      token_policies: policies,
      metadata: null,
      lease_duration: lease,
      renewable: ttl !== 0 && renewable,
      entity_id: '',
      token_type: 'service',
      orphan: true,
    }
  }
}

function isMatch(pattern: string, path: string): boolean {
  const escaped = pattern.replace(/[.?^${}()|[\]\\]/g, '\\$&').replaceAll('+', '[^/]+')
  return new RegExp(`^${escaped.replace(/\*$/, '.*')}$`).test(path)
}
