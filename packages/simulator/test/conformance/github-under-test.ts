/** A registered app, as its owner holds it. */
export interface AppCredentials {
  readonly id: number
  readonly clientId: string
  readonly clientSecret: string
  /** PEM of an RSA key. */
  readonly privateKey: string
}

/**
 * A GitHub that the rules can be put to. It must be seeded as {@link WORLD} says. What is optional is what no HTTP request
 * can do; a rule that needs it cannot be asked where it is missing.
 */
export interface GitHubUnderTest {
  /** The API root, without a trailing slash. */
  readonly url: string
  /** Installed as {@link WORLD} says. */
  readonly app: AppCredentials
  /** Registered as well, and installed on all of `initech` only. */
  readonly otherApp: AppCredentials
  /** Its clock, in epoch milliseconds. */
  now(): number
  advance?(ms: number): void
  renameRepository?(fullName: string, name: string): void
  /** Deletes the one key of `app`. */
  deleteKey?(): void
  /** The user {@link USER} allows what the authorize page with these parameters asks for. Returns where the browser is sent. */
  allow?(parameters: Readonly<Record<string, string>>): Promise<URL>
  close(): Promise<void>
}

/** What only some can do. */
export type Ability = 'advance' | 'renameRepository' | 'deleteKey' | 'allow'

/** A user who owns every organization of {@link WORLD}. */
export const USER = 'monalisa'

/** Where `app` is registered to get users back. */
export const CALLBACK_URL = 'https://app.example/callback'

interface WorldAccount {
  readonly login: string
  readonly repositories: readonly { readonly name: string; readonly private: boolean }[]
  /** Of `app`; absent where it is not installed. */
  readonly installation?: {
    readonly repositories: 'all' | readonly string[]
    readonly permissions: Readonly<Record<string, string>>
  }
}

/** The organizations, repositories and installations that every rule starts from. */
export const WORLD: readonly WorldAccount[] = [
  {
    login: 'acme',
    repositories: [
      { name: 'api', private: true },
      { name: 'vault', private: true },
      { name: 'docs', private: false },
    ],
    installation: {
      repositories: 'all',
      permissions: { contents: 'write', issues: 'write', metadata: 'read' },
    },
  },
  {
    login: 'globex',
    repositories: [
      { name: 'web', private: true },
      { name: 'hidden', private: true },
    ],
    installation: { repositories: ['web'], permissions: { issues: 'read', metadata: 'read' } },
  },
  {
    login: 'hooli',
    repositories: [{ name: 'nucleus', private: true }],
    installation: {
      repositories: 'all',
      permissions: { metadata: 'read', organization_projects: 'admin' },
    },
  },
  { login: 'initech', repositories: [{ name: 'reports', private: true }] },
]
