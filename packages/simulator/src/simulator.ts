import type { Fault, FaultHandle, FaultReport } from './faults/fault.ts'
import type { AccountSeed, InstallationSeed, RepositorySeed } from './options.ts'
import type { RequestFilter, RequestRecord } from './server/request-log.ts'
import type { Permissions } from './state/permissions.ts'
import type { ReplicationLag } from './state/replication.ts'
import type { WebhookDelivery, WebhookDeliveryResult } from './webhooks/delivery.ts'
import type { DeliveryFault } from './webhooks/delivery-fault.ts'
import type { DeliveryFaultHandle } from './webhooks/delivery-faults.ts'

/** The registered app, with the secrets that GitHub would hand out once. */
export interface SimulatedApp {
  readonly id: number
  readonly clientId: string
  readonly clientSecret: string
  readonly slug: string
  readonly name: string
  /** PKCS#1 PEM, as GitHub hands it out. It stays the first key even when others are added or it is deleted. */
  readonly privateKey: string
  /** `SHA256:` and base64, as GitHub shows it beside the key. */
  readonly privateKeyFingerprint: string
  readonly webhookSecret: string
  readonly webhookUrl: string | undefined
  /** Login and user id of the app's bot, `<slug>[bot]`. The id is not the app's. */
  readonly bot: { readonly login: string; readonly id: number }
}

/** An installation, as it is now. */
export interface SimulatedInstallation {
  readonly id: number
  /** Slug of the app. */
  readonly app: string
  /** Login of the account, or slug of the enterprise. */
  readonly account: string
  readonly targetType: 'User' | 'Organization' | 'Enterprise' | 'Bot'
  /** Names of the repositories it covers. */
  readonly repositories: readonly string[]
  readonly repositorySelection: 'all' | 'selected'
  readonly permissions: Permissions
  readonly suspended: boolean
}

/** The tokens with which an app acts for a user. */
export interface UserAuthorization {
  /** `ghu_` and 36 characters. */
  readonly accessToken: string
  /** `ghr_` and 76 characters; undefined for an app whose tokens do not expire. */
  readonly refreshToken: string | undefined
  /** Epoch milliseconds by the simulator's clock; undefined when it does not expire. */
  readonly expiresAt: number | undefined
}

/** One attempt to send a webhook to an app's own hook. */
export interface SimulatedDelivery {
  /** As in the deliveries API. Attempts of the same webhook have ids of their own and share the GUID. */
  readonly id: number
  /** Slug of the app. */
  readonly app: string
  readonly guid: string
  readonly event: string
  readonly action: string | null
  /** GitHub's words: `OK`, `Invalid HTTP Response: 503`, `timed out`, `failed to connect to network`. */
  readonly status: string
  /** Of the answer; 504 when it timed out, 502 when there was no connection. */
  readonly statusCode: number
  readonly redelivery: boolean
  /** Epoch milliseconds by the simulator's clock. */
  readonly deliveredAt: number
  /** In real milliseconds. */
  readonly durationMs: number
  readonly url: string
}

/**
 * A running GitHub. Methods take effect for the next request. They throw `TypeError` for ids, logins and names that do not exist.
 */
export interface Simulator {
  /** The API root, without a trailing slash: `http://127.0.0.1:PORT`. The same API answers below `/api/v3`. */
  readonly url: string
  /** The first app, as it was in the beginning. */
  readonly app: SimulatedApp
  /** Every app as it is now, also those that were made from a manifest. */
  readonly apps: readonly SimulatedApp[]
  /** The installations of all apps, oldest first. Built anew on every access. */
  readonly installations: readonly SimulatedInstallation[]

  /** The newest 10 000 requests, oldest first. */
  readonly requests: readonly RequestRecord[]
  /** How many requests matched, of all that were ever made. */
  count(method: string, route: string): number
  count(filter?: RequestFilter): number
  /** How many installation access tokens were minted. */
  readonly mints: number
  /** How many different app JWTs were accepted. */
  readonly jwts: number

  /** The simulated moment, in epoch milliseconds. */
  readonly now: number
  /** The faults in place, and the newest 1 000 that are spent, oldest first. */
  readonly faults: readonly FaultReport[]

  /** Moves the clock. Negative moves it back. */
  advance(ms: number): void
  /** How long new tokens and keys take to be known, from now on. */
  setReplicationLag(lag: ReplicationLag): void
  /** Puts a fault in place. Of several that are due for a request, the oldest happens. */
  fail(fault: Fault): FaultHandle
  /** Takes a fault away by its id. Returns whether there was one. */
  removeFault(id: number): boolean
  /** Takes all faults away. */
  clearFaults(): void
  /** Sends a signed webhook and waits for the answer. Rejects only for wrong arguments; a receiver that fails is a result. */
  deliver(delivery: WebhookDelivery): Promise<WebhookDeliveryResult>
  /** The newest 1 000 deliveries to the hooks of all apps, oldest first; those of the last three simulated days. */
  readonly deliveries: readonly SimulatedDelivery[]
  /** Sends a delivery again, to where the app's hook points now and with the secret it has now. The GUID stays the same. */
  redeliver(deliveryId: number): Promise<SimulatedDelivery>
  /** Sends a `ping` to an app, named by its slug; the first one by default. */
  ping(options?: { readonly app?: string }): void
  /** Puts a fault for webhooks in place. Of several that are due for a delivery, the oldest happens. */
  failDeliveries(fault: DeliveryFault): DeliveryFaultHandle
  /** Takes a fault for webhooks away by its id; what it holds is sent. Returns whether there was one. */
  removeDeliveryFault(id: number): boolean
  /** Resolves when no webhook is under way: what happened until now was told, or could not be. */
  settled(): Promise<void>

  /** Installs an app on an account that exists. */
  install(options: InstallationSeed & { readonly account: string }): SimulatedInstallation
  /** A member of an organization asks its owners to install an app. */
  requestInstallation(options: {
    readonly account: string
    readonly requester: string
    readonly app?: string
  }): void
  /** Refuses mints and the tokens of an installation. */
  suspend(installationId: number): void
  unsuspend(installationId: number): void
  /** Takes an installation away, with its tokens. */
  uninstall(installationId: number): void
  /** Replaces what an installation is granted. Tokens that exist lose what it loses. */
  setPermissions(installationId: number, permissions: Readonly<Record<string, string>>): void
  /** Replaces what an installation covers. Tokens that exist lose what it loses. */
  setRepositories(installationId: number, repositories: 'all' | readonly string[]): void
  /** Makes a token invalid at once. Returns whether it was good until now. */
  revokeToken(token: string): boolean

  /** Adds a user, an organization or an enterprise; its `installation` is left to `install`. */
  addAccount(account: Omit<AccountSeed, 'installation' | 'installations'>): void
  /** Adds a repository. Installations on `all` repositories cover it at once. */
  addRepository(owner: string, repository: RepositorySeed): void
  /** Makes a user a member of an organization, or changes the role. Default `member`. */
  addMember(
    organization: string,
    member: { readonly login: string; readonly role?: 'admin' | 'member' },
  ): void
  /** Signs a user in to the web host; undefined signs out, and pages ask who is there. In the beginning nobody is. */
  signIn(login: string | undefined): void
  /** A user lets an app act for them, without pages. A new pair of tokens each time. */
  authorize(options: {
    readonly login: string
    readonly app?: string
    /**
     * How long the access token is good, in simulated milliseconds; like GitHub’s, it expires at a whole second, the one
     * before. Default 8 hours. No effect for an app whose tokens do not expire.
     */
    readonly expiresInMs?: number
  }): UserAuthorization
  /** A user enters the code that a device shows, and lets it act. Case and dash do not matter. */
  approveDevice(userCode: string, login: string): void
  /** A user enters the code that a device shows, and refuses. */
  denyDevice(userCode: string): void
  /** A user takes back what an app may do, with all its tokens; the app hears of it. Returns whether there was anything. */
  revokeAuthorization(login: string, options?: { readonly app?: string }): boolean
  /** A classic personal access token (`ghp_`) of a user, with every scope. */
  createPersonalAccessToken(login: string): string
  /** Gives a repository, named `owner/name`, to another account. The old address redirects. */
  transferRepository(fullName: string, owner: string): void
  /** Renames a repository, named `owner/name`. The old name redirects until it is taken again. */
  renameRepository(fullName: string, name: string): void
  /** Renames an account. Its repositories redirect; the old login is free. */
  renameAccount(login: string, newLogin: string): void
  /** Registers one more key of an app, named by its slug, and returns it as PKCS#1 PEM. */
  addKey(options?: { readonly app?: string }): Promise<string>
  /** Deletes a key, given as PEM or fingerprint. Its JWTs are refused at once, remembered ones too. */
  deleteKey(key: string): void

  /**
   * Begins anew: what the options say, at the present moment of their clock, with the same apps, ids, keys and secrets. Tokens,
   * faults, counts and everything that was changed are gone.
   */
  reset(): Promise<void>
  /** Cuts all connections and frees the port. Safe to call twice. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
