import type { StoreAnswer, StoreCall } from '../store-server.ts'
import { authAnswer, errorAnswer, multierror, type VaultCall, type VaultMount } from './envelope.ts'
import type { VaultTokens } from './tokens.ts'

/** What a Vault is made of. */
export interface VaultRouterOptions {
  readonly tokens: VaultTokens
  /** The only namespace that exists; undefined is the root namespace. */
  readonly namespace: string | undefined
  /** Secrets engines, by path with a slash at its end. */
  readonly mounts: Readonly<Record<string, VaultMount>>
  /** Auth methods, the same way; their `login` needs no token. */
  readonly logins: Readonly<Record<string, VaultMount>>
}

/** Answers a call as Vault does: namespace and quota first, then login, else token, policy and mount. */
export function vaultRouter(options: VaultRouterOptions): (call: StoreCall) => StoreAnswer {
  const { tokens, mounts, logins } = options
  return ({ method, url, headers, body, fault }) => {
    const path = decodeURIComponent(/^\/v1\/(.+)$/.exec(url.pathname)?.[1] ?? '')
    if (path === '' || path.includes('//')) return { status: 404, body: '404 page not found' }
    // What a namespace that does not exist answers is not documented; it has no mounts.
    if (!isSame(headers['x-vault-namespace'], options.namespace)) return noHandler(path)
    // https://developer.hashicorp.com/vault/docs/concepts/resource-quotas
    if (fault === 'throttled') return errorAnswer(429, `request path "${path}": rate limit quota exceeded`)
    const data = JSON.parse(body.toString() || '{}')
    const call = { method: method === 'PUT' ? 'POST' : method, query: url.searchParams, data }
    if (path.endsWith('/login')) return mounted(logins, path, call) ?? errorAnswer(403, 'permission denied')
    const token = String(headers['x-vault-token'] ?? '')
    if (!tokens.isAlive(token)) return errorAnswer(403, 'permission denied')
    const capability = call.method === 'GET' ? 'read' : 'update'
    if (fault === 'denied' || !tokens.isAllowed(token, path, capability))
      return errorAnswer(403, multierror('permission denied'))
    if (path === 'auth/token/renew-self' && call.method === 'POST') return renewed(tokens, token)
    return mounted(mounts, path, call) ?? noHandler(path)
  }
}

function mounted(
  mounts: Readonly<Record<string, VaultMount>>,
  path: string,
  call: Omit<VaultCall, 'path'>,
): StoreAnswer | undefined {
  const prefix = Object.keys(mounts).find((name) => path.startsWith(name)) ?? ''
  const answer = mounts[prefix]?.answer({ ...call, path: path.slice(prefix.length) })
  return answer ?? (prefix === '' ? undefined : errorAnswer(404, multierror('unsupported path')))
}

/** https://developer.hashicorp.com/vault/api-docs/auth/token#renew-a-token-self */
function renewed(tokens: VaultTokens, token: string): StoreAnswer {
  const auth = tokens.renew(token)
  return auth === undefined ? errorAnswer(400, 'lease is not renewable') : authAnswer(auth)
}

function noHandler(path: string): StoreAnswer {
  return errorAnswer(404, `no handler for route "${path}". route entry not found.`)
}

function isSame(asked: string | string[] | undefined, namespace: string | undefined): boolean {
  const [one, other] = [asked, namespace].map((name) => String(name ?? '').replace(/^\/+|\/+$/g, ''))
  return one === other
}
