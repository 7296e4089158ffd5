import { HubauthError } from '../errors.ts'
import { mostUsedFirst } from '../github/budgets.ts'
import type { Budget } from '../observe.ts'
import type { Delivery } from '../webhook/delivery.ts'
import type { AppCredentials, ConnectionOptions, GitHubAppOptions } from './app-options.ts'
import { connect } from './connection.ts'
import type { DeliveryListener } from './delivery-changes.ts'
import { GitHubApp, type InstallationTarget } from './github-app.ts'
import { GitHubInstallation } from './github-installation.ts'

/** The app of one organization. */
export interface OrganizationApp extends AppCredentials {
  /** The app's installation on the organization, if it is known; saves the lookup. */
  readonly installationId?: number | undefined
}

/** One app per organization, and how to talk to GitHub. */
export interface OrganizationsOptions extends ConnectionOptions {
  /** By login; letter case does not matter. */
  readonly organizations: Readonly<Record<string, OrganizationApp>>
}

/** Hands out installations, of one app or of several. */
export interface InstallationSource {
  /** A handle on an installation. Nothing is fetched yet. */
  installation(target: InstallationTarget): GitHubInstallation
  /** A handle on the installation that a verified delivery belongs to. */
  forDelivery(delivery: Pick<Delivery<unknown>, 'installationId' | 'owner'>): GitHubInstallation
}

/** Authentication as one app. */
export interface GitHubAuth extends InstallationSource, DeliveryListener {
  /** The app itself. */
  readonly app: GitHubApp
  /** See `GitHubApp.budget`. */
  budget(): readonly Budget[]
}

/** Authentication as one app per organization. */
export interface OrganizationsAuth extends InstallationSource, DeliveryListener {
  /** The app of an organization. @throws {HubauthError} `ORGANIZATION_UNKNOWN`. */
  appOf(organization: string): GitHubApp
  /** What {@link GitHubApp.budget} says, of all apps together. */
  budget(): readonly Budget[]
}

/**
 * Authenticates as a GitHub App, or as one app per organization. Reads no key and sends nothing before it is used.
 *
 * @throws {TypeError} For options that can never work.
 */
export function createGitHubAuth(options: GitHubAppOptions): GitHubAuth
export function createGitHubAuth(options: OrganizationsOptions): OrganizationsAuth
export function createGitHubAuth(
  options: GitHubAppOptions | OrganizationsOptions,
): GitHubAuth | OrganizationsAuth {
  return 'organizations' in options ? organizationsAuth(options) : appAuth(options)
}

function appAuth(options: GitHubAppOptions): GitHubAuth {
  const connection = connect(options)
  const { deliveries } = connection
  const app = new GitHubApp(options, connection)
  return {
    app,
    budget: () => app.budget(),
    installation: (target) => app.installation(target),
    forDelivery: ({ installationId, owner }) =>
      installationId === undefined ? withoutInstallation() : app.installation({ installationId, owner }),
    heeds: (delivery) => deliveries.heeds(delivery),
    applyDelivery: (delivery) => deliveries.applyDelivery(delivery),
  }
}

function organizationsAuth({ organizations, ...connection }: OrganizationsOptions): OrganizationsAuth {
  const connected = connect(connection)
  const { deliveries } = connected
  const apps = new Map<string, { readonly app: GitHubApp; readonly installationId: number | undefined }>()
  for (const [organization, { appId, key, installationId }] of Object.entries(organizations)) {
    const login = organization.toLowerCase()
    if (apps.has(login))
      throw new TypeError(`organizations: ${organization} is there twice; letter case does not matter.`)
    apps.set(login, { app: new GitHubApp({ ...connection, appId, key }, connected), installationId })
  }
  const find = (organization: string) => {
    const entry = apps.get(organization.toLowerCase())
    if (entry !== undefined) return entry
    throw new HubauthError(
      'ORGANIZATION_UNKNOWN',
      `No app is configured for the organization ${JSON.stringify(organization)}.`,
    )
  }
  return {
    appOf: (organization) => find(organization).app,
    budget: () => mostUsedFirst([...apps.values()].flatMap(({ app }) => app.budget())),
    installation(target) {
      const { owner } = target
      if (owner === undefined)
        throw new TypeError('installation(): with one app per organization, name the owner.')
      const { app, installationId } = find(owner)
      const isByName = installationId !== undefined && !('installationId' in target)
      return app.installation(isByName ? { ...target, installationId, owner } : target)
    },
    forDelivery({ installationId, owner }) {
      if (installationId === undefined || owner === undefined) return withoutInstallation()
      return find(owner).app.installation({ installationId, owner })
    },
    heeds: (delivery) => deliveries.heeds(delivery),
    applyDelivery: (delivery) => deliveries.applyDelivery(delivery),
  }
}

/** Some events belong to no installation; their handlers run all the same, and hear of it when they try to act. */
function withoutInstallation(): GitHubInstallation {
  const fail = async (): Promise<never> => {
    throw new HubauthError('INSTALLATION_MISSING', 'This delivery belongs to no installation.')
  }
  return new GitHubInstallation({
    tokens: { getToken: fail },
    fetch: fail,
    identity: fail,
    revoke: fail,
    budget: () => [],
  })
}
