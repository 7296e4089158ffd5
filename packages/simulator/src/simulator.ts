import type { Fault, FaultHandle } from './faults/fault-table.ts'
import type { InstallationSeed } from './options.ts'
import type { RequestFilter, RequestRecord } from './server/request-log.ts'
import type { Permissions } from './state/permissions.ts'
import type { WebhookDelivery, WebhookDeliveryResult } from './webhooks/delivery.ts'

/** The registered app, with the secrets that GitHub would hand out once. */
export interface SimulatedApp {
  readonly id: number
  readonly clientId: string
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
  /** Login of the account, or slug of the enterprise. */
  readonly account: string
  readonly targetType: 'User' | 'Organization' | 'Enterprise' | 'Bot'
  /** Names of the repositories it covers. */
  readonly repositories: readonly string[]
  readonly repositorySelection: 'all' | 'selected'
  readonly permissions: Permissions
  readonly suspended: boolean
}

/**
 * A running GitHub. Methods take effect for the next request. They throw `TypeError` for ids, logins and names that do not exist.
 */
export interface Simulator {
  /** The API root, without a trailing slash: `http://127.0.0.1:PORT`. The same API answers below `/api/v3`. */
  readonly url: string
  readonly app: SimulatedApp
  /** The app's installations, oldest first. Built anew on every access. */
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

  /** Moves the clock. Negative moves it back. */
  advance(ms: number): void
  /** Puts a fault in place. Of several that are due for a request, the oldest happens. */
  fail(fault: Fault): FaultHandle
  /** Sends a signed webhook and waits for the answer. Rejects only for wrong arguments; a receiver that fails is a result. */
  deliver(delivery: WebhookDelivery): Promise<WebhookDeliveryResult>

  /** Installs the app on an account that exists. */
  install(options: InstallationSeed & { readonly account: string }): SimulatedInstallation
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

  /** Renames a repository, named `owner/name`. The old name redirects until it is taken again. */
  renameRepository(fullName: string, name: string): void
  /** Renames an account. Its repositories redirect; the old login is free. */
  renameAccount(login: string, newLogin: string): void
  /** Registers one more key and returns it as PKCS#1 PEM. */
  addKey(): Promise<string>
  /** Deletes a key, given as PEM or fingerprint. Its JWTs are refused at once, remembered ones too. */
  deleteKey(key: string): void

  /** Cuts all connections and frees the port. Safe to call twice. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
