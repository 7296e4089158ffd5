import { randomBytes, randomUUID } from 'node:crypto'
import type { StoreAnswer, StoreCall } from '../store-server.ts'

const AUTHORITY = 'https://login.microsoftonline.com'
const LIFETIME_MS = 3_600_000

interface IssuedToken {
  readonly resource: string
  readonly expiresAt: number
}

/** The part of `TokenCredential` of `@azure/core-auth` that clients call. */
export interface VaultCredential {
  getToken(
    scopes: string | string[],
    options?: { readonly tenantId?: string },
  ): Promise<{ token: string; expiresOnTimestamp: number }>
}

/** Issues the tokens of a tenant, knows them again, and tells strangers where to get one. */
export class Tokens {
  readonly tenantId = randomUUID()
  readonly clientId = randomUUID()
  readonly clientSecret = randomBytes(24).toString('base64url')
  /** For tokens that are issued from now on. Default an hour. */
  lifetimeMs = LIFETIME_MS
  readonly #resources: readonly string[]
  readonly #issued = new Map<string, IssuedToken>()

  constructor(resources: readonly string[]) {
    this.#resources = resources
  }

  /** For clients that are made here. */
  readonly credential: VaultCredential = {
    getToken: async (scopes, { tenantId } = {}) => {
      if (tenantId !== undefined && tenantId !== this.tenantId)
        throw new Error('The credential was asked for another tenant.')
      const token = this.#issue([scopes].flat().join(' '))
      if (token === undefined) throw new Error('The credential was asked for another scope.')
      return { token, expiresOnTimestamp: Date.now() + this.lifetimeMs }
    },
  }

  /** https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses */
  challenge(resource: string, message: string): StoreAnswer {
    return {
      status: 401,
      headers: {
        'www-authenticate': `Bearer authorization="${AUTHORITY}/${this.tenantId}", resource="${resource}"`,
      },
      body: { error: { code: 'Unauthorized', message } },
    }
  }

  /** Why a call is not let in. */
  refusal({ headers }: StoreCall, resource: string): string | undefined {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
    if (token === undefined) return 'AKV10000: Request is missing a Bearer or PoP token.'
    const issued = this.#issued.get(token)
    if (issued === undefined || issued.expiresAt <= Date.now()) return 'Error validating token.'
    if (issued.resource !== resource) return `AKV10022: Invalid audience. Expected ${resource}.`
    return undefined
  }

  /** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#get-a-token */
  answer({ method, url, body }: StoreCall): StoreAnswer {
    const form = new URLSearchParams(body.toString())
    const error = (name: string) => ({ status: 400, body: { error: name, error_description: name } })
    if (method !== 'POST' || url.pathname !== `/${this.tenantId}/oauth2/v2.0/token`)
      return error('invalid_request')
    if (form.get('grant_type') !== 'client_credentials') return error('unsupported_grant_type')
    if (form.get('client_id') !== this.clientId || form.get('client_secret') !== this.clientSecret)
      return { ...error('invalid_client'), status: 401 }
    const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope.startsWith('https://'))
    const token = this.#issue(scopes.join(' '))
    if (token === undefined) return error('invalid_scope')
    const seconds = Math.floor(this.lifetimeMs / 1_000)
    return {
      body: { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds, access_token: token },
    }
  }

  #issue(scope: string): string | undefined {
    const resource = this.#resources.find((known) => scope === `${known}/.default`)
    if (resource === undefined) return undefined
    const token = randomBytes(24).toString('base64url')
    this.#issued.set(token, { resource, expiresAt: Date.now() + this.lifetimeMs })
    return token
  }
}
