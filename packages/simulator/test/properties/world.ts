/** Picks from what exists when the step is taken: the remainder of a division by how many there are. */
type Pick = number

/** What is granted or asked for. */
export type PermissionsPlan = Readonly<Record<'issues' | 'contents', 'read' | 'write' | undefined>>

/** How an app is installed. */
export interface InstallationPlan {
  /** Bits choose among the account's repositories; undefined is all of them. */
  readonly repositories: number | undefined
  readonly permissions: PermissionsPlan
}

/** Where a user belongs. */
export interface UserPlan {
  /** Bits choose the accounts that the user is a member of. */
  readonly memberships: number
  /** Bits choose repositories, four for each account. */
  readonly invitations: number
}

/** What there is in the beginning. */
export interface WorldPlan {
  readonly apps: number
  readonly users: readonly UserPlan[]
  readonly accounts: readonly {
    readonly private: readonly boolean[]
    /** One for each app; undefined where it is not installed. */
    readonly installations: readonly (InstallationPlan | undefined)[]
  }[]
}

/** Something that happens to the world. What it names by a number is picked from what there is at that time. */
export type Change =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'mint'
      readonly installation: Pick
      readonly repositories: readonly Pick[] | undefined
      readonly permissions: PermissionsPlan | undefined
      readonly key: Pick
    }
  | {
      readonly kind: 'authorize'
      readonly user: Pick
      readonly app: Pick
      /** Whether the token is the user's own, of no app. */
      readonly personal: boolean
    }
  | { readonly kind: 'end authorization'; readonly user: Pick; readonly app: Pick }
  | { readonly kind: 'add member'; readonly user: Pick; readonly account: Pick }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'advance to the expiry'; readonly token: Pick; readonly missingMs: 0 | 1 }
  | { readonly kind: 'suspend' | 'unsuspend' | 'uninstall'; readonly installation: Pick }
  | ({ readonly kind: 'install'; readonly app: Pick; readonly account: Pick } & InstallationPlan)
  | { readonly kind: 'revoke'; readonly token: Pick; readonly byItself: boolean }
  | {
      readonly kind: 'select repositories'
      readonly installation: Pick
      readonly repositories: number | undefined
    }
  | { readonly kind: 'grant'; readonly installation: Pick; readonly permissions: PermissionsPlan }
  | { readonly kind: 'rename repository'; readonly repository: Pick; readonly name: string }
  | {
      readonly kind: 'transfer repository'
      readonly repository: Pick
      readonly account: Pick
      readonly andBack: boolean
    }
  | {
      readonly kind: 'add repository'
      readonly account: Pick
      readonly name: string
      readonly private: boolean
    }
  | { readonly kind: 'rename account'; readonly account: Pick; readonly login: string }
  | { readonly kind: 'delete key' | 'add key'; readonly app: Pick }

/** One kind of change. */
export type ChangeOf<Kind extends Change['kind']> = Change & { readonly kind: Kind }

/** A question to the GitHub that the oracle can answer as well. */
export type Probe =
  | {
      readonly kind: 'issues'
      /** 0 is nobody. */
      readonly token: Pick
      readonly name: Pick
      /** Whether a repository of the token's own account is asked for. */
      readonly own: boolean
      readonly byId: boolean
      readonly action: 'read' | 'write'
    }
  | { readonly kind: 'list'; readonly token: Pick }
  | {
      readonly kind: 'lookup'
      readonly app: Pick
      readonly name: Pick
      readonly of: 'repository' | 'account'
    }

/** A change, and what is asked after it. */
export interface Step {
  readonly change: Change
  readonly probes: readonly Probe[]
}

/** Who may sign in. */
export const USERS = ['octocat', 'hubot'] as const
/** What accounts may be called. */
export const LOGINS = ['acme', 'globex', 'hooli', 'initech'] as const
/** What repositories may be called. */
export const NAMES = ['api', 'web', 'docs', 'vault', 'site', 'shop', 'blog', 'mail'] as const
