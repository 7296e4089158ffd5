import type { KeyObject } from 'node:crypto'
import type { Permissions } from './permissions.ts'

/** A person, an organization, an enterprise, or the bot of an app. `login` of an enterprise is its slug. */
export interface Account {
  readonly id: number
  login: string
  readonly type: 'User' | 'Organization' | 'Enterprise' | 'Bot'
  readonly createdAt: number
  updatedAt: number
}

export interface AppKey {
  /** `SHA256:` and the base64 digest of the public key, as on the app's settings page. */
  readonly fingerprint: string
  readonly publicKey: KeyObject
}

export interface App {
  readonly id: number
  readonly clientId: string
  readonly slug: string
  readonly name: string
  readonly owner: Account
  readonly bot: Account
  readonly keys: Map<string, AppKey>
  readonly permissions: Permissions
  readonly events: readonly string[]
  readonly webhookSecret: string
  readonly webhookUrl: string | undefined
  readonly hookId: number
  readonly createdAt: number
}

export interface Repository {
  readonly id: number
  readonly owner: Account
  name: string
  readonly private: boolean
  readonly description: string | null
  readonly issues: Issue[]
  readonly createdAt: number
  updatedAt: number
}

/** Who wrote something: an account, through an app when it is the app's bot. */
export interface Author {
  readonly account: Account
  readonly app?: App
}

export interface Issue {
  readonly id: number
  readonly number: number
  readonly title: string
  readonly body: string | null
  readonly author: Author
  readonly comments: Comment[]
  readonly createdAt: number
  updatedAt: number
}

export interface Comment {
  readonly id: number
  readonly body: string
  readonly author: Author
  readonly createdAt: number
}

/** Repositories by id, or every repository the account has now and later. */
export type RepositorySelection = 'all' | ReadonlySet<number>

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

export interface InstallationToken {
  readonly value: string
  readonly installation: Installation
  readonly permissions: Permissions
  /** What the token was narrowed to when it was minted. What the installation loses later, the token loses as well. */
  readonly selection: RepositorySelection
  readonly expiresAt: number
}
