import type { KeyObject } from 'node:crypto'

/** What GitHub's documentation says about who reaches what, without a server. It shares no code with the simulator. */

/** How far a permission goes. */
export type Level = 'read' | 'write'
/** Permissions by name; what is not there is not granted. */
export type ModelPermissions = Readonly<Record<string, Level>>
/** Some repositories, or all there are and will be. */
export type ModelSelection = 'all' | ReadonlySet<ModelRepository>
/** What somebody wants to do with the issues of a repository. */
export type Action = 'read' | 'write'

/** An organization and what it owns now. */
export interface ModelAccount {
  login: string
  readonly repositories: ModelRepository[]
}

/** A repository, wherever it is called what. */
export interface ModelRepository {
  readonly id: number
  owner: ModelAccount
  name: string
  readonly private: boolean
}

/** An app and every key it ever had. */
export interface ModelApp {
  readonly slug: string
  readonly id: number
  readonly keys: ModelKey[]
}

/** A key of an app. */
export interface ModelKey {
  readonly pem: string
  readonly privateKey: KeyObject
  deleted: boolean
}

/** An app on an account, also when it is gone. */
export interface ModelInstallation {
  readonly id: number
  readonly app: ModelApp
  readonly account: ModelAccount
  selection: ModelSelection
  permissions: ModelPermissions
  suspended: boolean
  deleted: boolean
}

/** A user, and where the user belongs. */
export interface ModelUser {
  readonly login: string
  readonly memberOf: Set<ModelAccount>
  readonly invitedTo: Set<ModelRepository>
}

interface ModelCredential {
  readonly label: string
  readonly value: string
  /** Undefined: never. */
  readonly expiresAt: number | undefined
  revoked: boolean
}

/** Of an installation: `ghs_`. */
export interface ModelInstallationToken extends ModelCredential {
  readonly kind: 'installation'
  readonly installation: ModelInstallation
  readonly scope: ModelSelection
  readonly permissions: ModelPermissions
}

/** Of a user, through an app (`ghu_`) or through none (`ghp_`). */
export interface ModelUserToken extends ModelCredential {
  readonly kind: 'user'
  readonly user: ModelUser
  readonly app: ModelApp | undefined
}

/** Any token that was ever handed out. */
export type ModelToken = ModelInstallationToken | ModelUserToken

const TOKEN_LIFETIME_MS = 3_600_000

/** The whole world as it should be, and what it should answer. */
export class Oracle {
  now: number
  readonly apps: ModelApp[] = []
  readonly users: ModelUser[] = []
  readonly accounts: ModelAccount[] = []
  readonly installations: ModelInstallation[] = []
  readonly tokens: ModelToken[] = []
  /** Every full name that ever was, lower-case, with the repository that had it last. */
  readonly names = new Map<string, ModelRepository>()

  constructor(now: number) {
    this.now = now
  }

  get repositories(): ModelRepository[] {
    return this.accounts.flatMap(({ repositories }) => repositories)
  }

  /** Call after every change of a name. */
  recordNames(): void {
    for (const repository of this.repositories) this.names.set(fullName(repository).toLowerCase(), repository)
  }

  /** The repository a full name leads to, and whether only through a redirect. */
  resolve(name: string): { repository: ModelRepository; moved: boolean } | undefined {
    const current = this.repositories.find(
      (candidate) => fullName(candidate).toLowerCase() === name.toLowerCase(),
    )
    if (current !== undefined) return { repository: current, moved: false }
    const repository = this.names.get(name.toLowerCase())
    return repository === undefined ? undefined : { repository, moved: true }
  }

  installationOf(app: ModelApp, account: ModelAccount): ModelInstallation | undefined {
    return this.installations.find(
      (candidate) => !candidate.deleted && candidate.app === app && candidate.account === account,
    )
  }

  covers(installation: ModelInstallation, repository: ModelRepository): boolean {
    return repository.owner === installation.account && selects(installation.selection, repository)
  }

  reaches(token: ModelInstallationToken, repository: ModelRepository): boolean {
    return this.covers(token.installation, repository) && selects(token.scope, repository)
  }

  /** What a token gets before anything about repositories is asked: undefined when it is good. */
  refusal(token: ModelToken): 401 | 403 | undefined {
    if (token.revoked || this.now >= (token.expiresAt ?? Number.POSITIVE_INFINITY)) return 401
    if (token.kind === 'user') return undefined
    if (token.installation.deleted) return 401
    return token.installation.suspended ? 403 : undefined
  }

  /** The status for issues of a repository, for a token or for nobody. */
  access(token: ModelToken | undefined, repository: ModelRepository, action: Action): number {
    const done = action === 'read' ? 200 : 201
    if (token === undefined) {
      if (repository.private) return 404
      return action === 'read' ? done : 401
    }
    const refused = this.refusal(token)
    if (refused !== undefined) return refused
    if (!repository.private && action === 'read') return done
    const held =
      token.kind === 'user'
        ? this.#heldByUser(token, repository)
        : this.#heldByInstallation(token, repository)
    if (held === undefined) return repository.private ? 404 : 403
    return held.every((permissions) => rank(permissions.issues) >= rank(action)) ? done : 403
  }

  /** All that limit the token in the repository; undefined when it does not reach it. */
  #heldByInstallation(
    token: ModelInstallationToken,
    repository: ModelRepository,
  ): ModelPermissions[] | undefined {
    return this.reaches(token, repository) ? [token.permissions, token.installation.permissions] : undefined
  }

  // Whoever sees a repository may open issues in it, so the role of a user never limits more than that.
  #heldByUser({ user, app }: ModelUserToken, repository: ModelRepository): ModelPermissions[] | undefined {
    const sees = !repository.private || user.memberOf.has(repository.owner) || user.invitedTo.has(repository)
    if (!sees) return undefined
    if (app === undefined) return []
    const installation = this.installationOf(app, repository.owner)
    const reached =
      installation !== undefined && !installation.suspended && this.covers(installation, repository)
    return reached ? [installation.permissions] : undefined
  }

  /** Whether a user learns of an installation of the app that acts for them: as a member, or by what they share. */
  knows({ user, app }: ModelUserToken, installation: ModelInstallation): boolean {
    if (installation.deleted || installation.app !== app) return false
    return user.memberOf.has(installation.account) || this.sharedWith(user, installation).length > 0
  }

  /** What both a user and an installation reach. */
  sharedWith(user: ModelUser, installation: ModelInstallation): ModelRepository[] {
    return this.repositories.filter(
      (repository) => this.covers(installation, repository) && hasRole(user, repository),
    )
  }

  /** The status of a mint that an app asks for. The scope is what is asked for: undefined is everything. */
  mint(
    { installation, app, key }: { installation: ModelInstallation; app: ModelApp; key: ModelKey },
    scope: {
      repositories: readonly (ModelRepository | undefined)[] | undefined
      permissions: ModelPermissions | undefined
    },
  ): number {
    if (key.deleted) return 401
    if (installation.deleted || installation.app !== app) return 404
    if (installation.suspended) return 403
    const granted = Object.entries(scope.permissions ?? {}).every(
      ([name, level]) => rank(installation.permissions[name]) >= rank(level),
    )
    const covered = (scope.repositories ?? []).every(
      (repository) => repository !== undefined && this.covers(installation, repository),
    )
    return granted && covered ? 201 : 422
  }

  /** Whether a token that was minted right now is good for an hour, in whole seconds. */
  plausibleExpiry({ expiresAt = 0 }: ModelInstallationToken): boolean {
    const lifetime = expiresAt - this.now
    return expiresAt % 1000 === 0 && lifetime > TOKEN_LIFETIME_MS - 1000 && lifetime <= TOKEN_LIFETIME_MS
  }
}

/** The name of a repository as it is now: `owner/name`. */
export function fullName({ owner, name }: ModelRepository): string {
  return `${owner.login}/${name}`
}

function hasRole({ memberOf, invitedTo }: ModelUser, repository: ModelRepository): boolean {
  return memberOf.has(repository.owner) || invitedTo.has(repository)
}

function selects(selection: ModelSelection, repository: ModelRepository): boolean {
  return selection === 'all' || selection.has(repository)
}

function rank(level: Level | undefined): number {
  return level === undefined ? 0 : { read: 1, write: 2 }[level]
}
