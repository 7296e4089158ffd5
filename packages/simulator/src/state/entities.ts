import type { KeyObject } from 'node:crypto'
import type { Permissions } from './permissions.ts'

/** A person, an organization, an enterprise, or the bot of an app. `login` of an enterprise is its slug. */
export interface Account {
  readonly id: number
  login: string
  readonly type: 'User' | 'Organization' | 'Enterprise' | 'Bot'
  readonly name: string | null
  readonly email: string | null
  /** Of an organization; empty for everybody else. */
  readonly members: Map<Account, 'admin' | 'member'>
  readonly createdAt: number
  updatedAt: number
}

/** A key pair of an app. */
export interface AppKey {
  /** `SHA256:` and the base64 digest of the public key, as on the app's settings page. */
  readonly fingerprint: string
  readonly publicKey: KeyObject
  /** PKCS#1 PEM, as GitHub hands it out once. */
  readonly pem: string
}

/** Where an app's webhooks go, and how they are sent. */
export interface Hook {
  readonly id: number
  /** Undefined: the app has no webhook. */
  url: string | undefined
  /** Empty: deliveries are not signed. */
  secret: string
  contentType: 'json' | 'form'
  /** Whether the receiver's certificate is not checked. */
  insecureSsl: boolean
  readonly active: boolean
}

/** A GitHub App. Times are in epoch milliseconds, here and in everything below. */
export interface App {
  readonly id: number
  readonly clientId: string
  readonly slug: string
  readonly name: string
  readonly description: string | null
  /** The page about the app. */
  readonly homepageUrl: string | undefined
  /** Where users go after they installed the app. */
  readonly setupUrl: string | undefined
  readonly owner: Account
  readonly bot: Account
  /** The key the app was made with; it may be deleted by now. */
  readonly firstKey: AppKey
  /** Keys by fingerprint, and since when GitHub's servers know them, in epoch milliseconds. */
  readonly keys: Map<string, { readonly key: AppKey; readonly knownAt: number }>
  readonly permissions: Permissions
  readonly events: readonly string[]
  readonly hook: Hook
  readonly oauth: AppOAuth
  readonly createdAt: number
}

/** How an app signs users in. */
interface AppOAuth {
  readonly clientSecret: string
  /** At most ten. The first one is used when a request names none. */
  readonly callbackUrls: readonly string[]
  readonly deviceFlow: boolean
  /** Whether user access tokens expire and come with a refresh token. */
  readonly expiringTokens: boolean
  /** Whether whoever installs the app signs in to it as well. There is no setup URL then. */
  readonly onInstall: boolean
}

/** What somebody may do in a repository, in GitHub's base roles. */
export type RepositoryRole = 'read' | 'write' | 'admin'

/** A repository. Renaming and transferring it change its name and owner, never its id. */
export interface Repository {
  readonly id: number
  owner: Account
  name: string
  readonly private: boolean
  readonly description: string | null
  readonly collaborators: Map<Account, RepositoryRole>
  /** What the first commit contains, by path. */
  readonly files: Readonly<Record<string, string>>
  readonly issues: Issue[]
  readonly createdAt: number
  updatedAt: number
  pushedAt: number
}

/** Who does something: an account, through an app when it is the app's bot or a user of the app. */
export interface Author {
  readonly account: Account
  readonly app?: App
}

/** An issue. Its number counts within its repository, its id everywhere. */
export interface Issue {
  readonly id: number
  readonly number: number
  title: string
  body: string | null
  readonly author: Author
  readonly comments: Comment[]
  readonly createdAt: number
  updatedAt: number
  /** Undefined while the issue is open. */
  closed: { readonly at: number; readonly by: Account } | undefined
}

/** A comment on an issue. */
export interface Comment {
  readonly id: number
  readonly body: string
  readonly author: Author
  readonly createdAt: number
}

/** Repositories by id, or every repository the account has now and later. */
export type RepositorySelection = 'all' | ReadonlySet<number>

/** An app on an account: what it is granted, and which repositories it covers. */
export interface Installation {
  readonly id: number
  readonly app: App
  readonly account: Account
  selection: RepositorySelection
  permissions: Permissions
  readonly events: readonly string[]
  suspended: { readonly at: number; readonly by: Account } | undefined
  readonly createdAt: number
  updatedAt: number
}

/** A member who may not install the app asked an owner of the organization to do it. */
export interface InstallationRequest {
  readonly id: number
  readonly app: App
  readonly account: Account
  readonly requester: Account
  readonly createdAt: number
}

/** A token that acts for an installation (`ghs_`), for an hour. */
export interface InstallationToken {
  readonly value: string
  readonly installation: Installation
  readonly permissions: Permissions
  /** What the token was narrowed to when it was minted. What the installation loses later, the token loses as well. */
  readonly selection: RepositorySelection
  readonly expiresAt: number
  /** From when on GitHub's servers know the token at all, and from when on what it may do. Epoch milliseconds. */
  readonly knownAt: number
  readonly grantedAt: number
}

/** A token that acts for a user: through an app (`ghu_`), or a classic personal access token (`ghp_`). */
export interface UserToken {
  readonly id: number
  readonly value: string
  readonly user: Account
  /** Undefined for a personal access token, which may do whatever its user may. */
  readonly app: App | undefined
  /** What a scoped token was narrowed to. */
  readonly scope: UserTokenScope | undefined
  readonly createdAt: number
  /** Epoch milliseconds; undefined when it does not expire. */
  readonly expiresAt: number | undefined
}

/** What a scoped user access token is narrowed to. */
export interface UserTokenScope {
  /** The one account whose resources the token reaches. */
  readonly target: Account
  readonly permissions: Permissions
  readonly selection: RepositorySelection
}
