import { type StoreServer, startStore } from './store-server.ts'
import { type AppRole, AppRoleMount } from './vault/app-role.ts'
import { errorAnswer } from './vault/envelope.ts'
import { KeyValueMount } from './vault/key-value.ts'
import { KubernetesMount, type KubernetesRole } from './vault/kubernetes.ts'
import { vaultRouter } from './vault/router.ts'
import { type PolicyPaths, type TokenOptions, VaultTokens } from './vault/tokens.ts'
import { TransitMount } from './vault/transit.ts'
import { TransitKeys } from './vault/transit-keys.ts'

export type { AppRole, KeyValueMount, KubernetesRole, PolicyPaths, TokenOptions, TransitKeys }

/** A call that arrived, with what a test wants to know of it. */
export interface VaultRequest {
  readonly method: string
  /** Below `/v1/`, with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly data: Readonly<Record<string, unknown>>
}

/** Options of {@link startVaultStores}. */
export interface VaultStoresOptions {
  /** The time in epoch milliseconds. Default: that of the machine. */
  readonly now?: (() => number) | undefined
  /** The only namespace that exists, such as `admin/team`. Default: the root namespace. */
  readonly namespace?: string | undefined
}

/** A Vault with KV version 2 at `secret/`, Transit at `transit/`, AppRole and Kubernetes. OpenBao speaks the same. */
export interface VaultStores extends StoreServer {
  readonly requests: readonly VaultRequest[]
  /** Whether it lost the keys of its storage. */
  isSealed: boolean
  /** Where a standby sends its callers when it does not forward their calls itself. */
  redirect: string | undefined
  readonly keyValue: KeyValueMount
  readonly transit: TransitKeys
  writePolicy(name: string, paths: PolicyPaths): void
  /** A token, as an operator makes one. */
  createToken(options: TokenOptions): string
  revokeToken(token: string): void
  /** Ends all tokens, as when a Vault for development starts again. */
  revokeTokens(): void
  /** `uses` is `secret_id_num_uses`; 0, the default, is without end. */
  createAppRole(token: TokenOptions, uses?: number): AppRole
  createKubernetesRole(role: KubernetesRole): void
}

/** Starts a Vault on a free port of this machine. */
export async function startVaultStores({
  now = Date.now,
  namespace,
}: VaultStoresOptions = {}): Promise<VaultStores> {
  const tokens = new VaultTokens(now)
  const keyValue = new KeyValueMount(now)
  const transit = new TransitKeys()
  const appRole = new AppRoleMount(tokens)
  const kubernetes = new KubernetesMount(tokens)
  const route = vaultRouter({
    tokens,
    namespace,
    mounts: { 'secret/': keyValue, 'transit/': new TransitMount(transit, now) },
    logins: { 'auth/approle/': appRole, 'auth/kubernetes/': kubernetes },
  })
  const requests: VaultRequest[] = []
  const server = await startStore({
    // Cut off, so that it is no JSON.
    garbage: () => JSON.stringify({ data: { data: keyValue.contents } }).slice(0, -2),
    answer(call) {
      const { body, headers, method, url } = call
      const path = `${url.pathname.slice(4)}${url.search}`
      requests.push({ method, path, headers, data: JSON.parse(body.toString() || '{}') })
      if (vault.redirect !== undefined)
        return { status: 307, headers: { location: `${vault.redirect}${url.pathname}` }, body: '' }
      return vault.isSealed ? errorAnswer(503, 'Vault is sealed') : route(call)
    },
  })
  const vault: VaultStores = Object.assign(server, {
    requests,
    keyValue,
    transit,
    isSealed: false,
    redirect: undefined,
    writePolicy: (name: string, paths: PolicyPaths) => tokens.writePolicy(name, paths),
    createToken: (options: TokenOptions) => tokens.create(options).client_token,
    revokeToken: (token: string) => tokens.revoke(token),
    revokeTokens: () => tokens.revokeAll(),
    createAppRole: (token: TokenOptions, uses?: number) => appRole.create(token, uses),
    createKubernetesRole: (role: KubernetesRole) => kubernetes.create(role),
  })
  return vault
}
