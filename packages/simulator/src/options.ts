import type { Clock } from './clock.ts'
import type { TokenFormat } from './state/tokens.ts'

/** What {@link startSimulator} can be told. Everything is optional. */
export interface SimulatorOptions {
  /** Address to bind. Default `127.0.0.1`: the simulator is not reachable from other machines unless told otherwise. */
  readonly host?: string
  /** TCP port, 0 to 65535. Default 0, a free one. */
  readonly port?: number
  /** Drives tokens, JWT checks, timestamps and the `Date` header. Default the system clock. `advance` adds to it. */
  readonly clock?: Clock
  /**
   * Shape of minted tokens. Default `stateless`. One mint can override it with the header
   * `X-GitHub-Stateless-S2S-Token: enabled` or `disabled`, as on GitHub.
   */
  readonly tokenFormat?: TokenFormat
  /** Requests an hour that the rate limit headers count down from. Default 5000 (60 without authentication), counted but not enforced. */
  readonly rateLimit?: RateLimitOptions
  /** The app under test. */
  readonly app?: AppSeed
  /** Who exists. Default nobody but the owner of the app, the user `monalisa`. */
  readonly accounts?: readonly AccountSeed[]
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
  /** Where `deliver` posts to unless told otherwise. Default none. */
  readonly webhookUrl?: string
  /** What installations are granted unless they say otherwise. Default contents, issues and pull requests `write`. `metadata: read` is always added. */
  readonly permissions?: Readonly<Record<string, string>>
  /** Default `issues`, `issue_comment`, `push`. */
  readonly events?: readonly string[]
}

/** A user, an organization or an enterprise, and what it has. */
export interface AccountSeed {
  /** The login, or the slug of an enterprise. */
  readonly login: string
  /** Default `Organization`. */
  readonly type?: 'User' | 'Organization' | 'Enterprise'
  readonly repositories?: readonly RepositorySeed[]
  /** Absent: the app is not installed here. */
  readonly installation?: InstallationSeed | undefined
}

/** A repository to start with. */
export interface RepositorySeed {
  readonly name: string
  /** Default false. */
  readonly private?: boolean
  readonly description?: string
  readonly issues?: readonly IssueSeed[]
}

/** An issue to start with, opened by `monalisa`. */
export interface IssueSeed {
  readonly title: string
  readonly body?: string
}

/** How the app is installed on an account. */
export interface InstallationSeed {
  /** Names of repositories, or `all`, which includes the ones that come later. Default `all`. */
  readonly repositories?: 'all' | readonly string[]
  /** Default the app's. Names and levels are checked. */
  readonly permissions?: Readonly<Record<string, string>>
  /** A positive integer. Default the next free one. */
  readonly id?: number
}
