import type { Clock } from './clock.ts'
import type { ReplicationLag } from './state/replication.ts'
import type { TokenFormat } from './state/tokens.ts'

/** What {@link startSimulator} can be told. Everything is optional. */
export interface SimulatorOptions {
  /** Address to bind. Default `127.0.0.1`: the simulator is not reachable from other machines unless told otherwise. */
  readonly host?: string
  /** TCP port, 0 to 65535. Default 0, a free one. */
  readonly port?: number
  /**
   * Where others reach the simulator, such as `http://github:4000` in a container: scheme, host and port. It becomes the `url`,
   * and is what links in webhooks begin with; links in answers follow the request's `Host`. Default where it listens.
   */
  readonly publicUrl?: string
  /** Drives tokens, JWT checks, timestamps and the `Date` header. Default the system clock. `advance` adds to it. */
  readonly clock?: Clock
  /**
   * Shape of minted tokens. Default `stateless`. One mint can override it with the header
   * `X-GitHub-Stateless-S2S-Token: enabled` or `disabled`, as on GitHub.
   */
  readonly tokenFormat?: TokenFormat
  /** Requests an hour that the rate limit headers count down from. Default 5000 (60 without authentication), counted but not enforced. */
  readonly rateLimit?: RateLimitOptions
  /** How long GitHub's servers take to agree about new tokens and keys. Default not at all. */
  readonly replicationLag?: ReplicationLag
  /** How long receivers of webhooks may take, in real milliseconds: 1 to 2147483647. Default 10 000, as on GitHub. */
  readonly webhookTimeoutMs?: number
  /** What faults with a probability start from when they name no seed of their own: 0 to 4294967295. Default 1. */
  readonly faultSeed?: number
  /**
   * Whether the simulator can be driven over HTTP, below `/_simulator/`. Default false. It has no authentication, and
   * hands out private keys: whoever reaches the port can do everything.
   */
  readonly control?: boolean | ControlOptions
  /** The app under test. */
  readonly app?: AppSeed
  /** Several apps instead of one. The first is what methods of the simulator mean when they name none. */
  readonly apps?: readonly AppSeed[]
  /** Who exists. Default nobody but the owner of the app, the user `monalisa`. */
  readonly accounts?: readonly AccountSeed[]
}

/** Who may drive the simulator over HTTP. */
export interface ControlOptions {
  /**
   * Names, besides loopback names, IP addresses, `host` and the host of `publicUrl`, that clients may reach it by, such as the name of a container.
   * A web page can point a name of its own at this machine (DNS rebinding), so names that are not known are refused.
   */
  readonly hosts?: readonly string[]
}

/** How the primary rate limit behaves. Buckets are per installation, per app, and one for anonymous requests. */
export interface RateLimitOptions {
  /** Requests an hour for an installation or an app. A positive integer, default 5000. */
  readonly perHour?: number
  /** Whether requests over the limit get GitHub's 403. Default false, so that load tests run. */
  readonly enforced?: boolean
}

/** The app under test. */
export interface AppSeed {
  /** A positive integer. Default 1001001. */
  readonly id?: number
  /** Default `Iv23li` and 14 characters that follow from the slug. */
  readonly clientId?: string
  /** Default `hubauth-test-app`. The app's bot is `<slug>[bot]`. */
  readonly slug?: string
  /** Default the slug. */
  readonly name?: string
  /** An RSA private key as PEM, at least 2048 bits, PKCS#1 or PKCS#8. Default a fresh RSA-2048 key, about 100 ms of work. */
  readonly privateKey?: string
  /** Default 40 random hexadecimal digits. */
  readonly webhookSecret?: string
  /** Where webhooks go. Default nowhere: none are sent. */
  readonly webhookUrl?: string
  /** How webhooks are sent. Default `json`. */
  readonly webhookContentType?: 'json' | 'form'
  /** What installations are granted unless they say otherwise. Default contents, issues and pull requests `write`. `metadata: read` is always added. */
  readonly permissions?: Readonly<Record<string, string>>
  /** Webhook events of repositories that the app asks for. Default `issues`, `issue_comment`, `push`. What concerns the app itself is always sent. */
  readonly events?: readonly string[]
  /** Login of the user or organization that owns the app. Default the user `monalisa`. */
  readonly owner?: string
  readonly description?: string
  /** The page about the app. Default the page of its owner. */
  readonly homepageUrl?: string
  /** Where users go after they installed the app. Default nowhere. */
  readonly setupUrl?: string
  /** Default 40 random hexadecimal digits. */
  readonly clientSecret?: string
  /** Where users may be sent back to after they signed in, at most ten. Default `http://127.0.0.1/callback`, with any port. */
  readonly callbackUrls?: readonly string[]
  /** Whether users can sign in with the device flow. Default true. */
  readonly deviceFlow?: boolean
  /** Whether user access tokens expire after 8 hours and come with a refresh token. Default true. */
  readonly expiringUserTokens?: boolean
  /** Whether users who install the app sign in to it at the same time, and go to the callback URL instead of the setup URL. Default false. */
  readonly requestOAuthOnInstall?: boolean
}

/** A user, an organization or an enterprise, and what it has. */
export interface AccountSeed {
  /** The login, or the slug of an enterprise. */
  readonly login: string
  /** Default `Organization`. */
  readonly type?: 'User' | 'Organization' | 'Enterprise'
  /** What profiles show. Default none. */
  readonly name?: string
  readonly email?: string
  /** Of an organization, by login: `{ octocat: 'admin' }`. Users that are named here and nowhere else are made. */
  readonly members?: Readonly<Record<string, 'admin' | 'member'>>
  readonly repositories?: readonly RepositorySeed[]
  /** Absent: the app is not installed here. */
  readonly installation?: InstallationSeed | undefined
  /** Installations of several apps. */
  readonly installations?: readonly InstallationSeed[]
}

/** A repository to start with. */
export interface RepositorySeed {
  readonly name: string
  /** Default false. */
  readonly private?: boolean
  readonly description?: string
  readonly issues?: readonly IssueSeed[]
  /** Who was invited, by login: `{ octocat: 'write' }`. */
  readonly collaborators?: Readonly<Record<string, 'read' | 'write' | 'admin'>>
  /** What the first commit on `main` contains, by path. Default a `README.md`. */
  readonly files?: Readonly<Record<string, string>>
}

/** An issue to start with, opened by `monalisa`. */
export interface IssueSeed {
  readonly title: string
  readonly body?: string
}

/** How the app is installed on an account. */
export interface InstallationSeed {
  /** Slug of the app. Default the first one. */
  readonly app?: string
  /** Names of repositories, or `all`, which includes the ones that come later. Default `all`. */
  readonly repositories?: 'all' | readonly string[]
  /** Default the app's. Names and levels are checked. */
  readonly permissions?: Readonly<Record<string, string>>
  /** A positive integer. Default the next free one. */
  readonly id?: number
  /** Whether an owner suspended it. Default false. */
  readonly suspended?: boolean
}
