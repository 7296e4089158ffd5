import { HubauthError } from '../errors.ts'
import type { Permissions } from '../token/token-scope.ts'
import type { Delivery } from '../webhook/delivery.ts'
import type { InstallationTarget } from './github-app.ts'
import type { InstallationSource } from './github-auth.ts'
import type { GitHubInstallation } from './github-installation.ts'

/** A part of a request as frameworks type route parameters. Only a plain name passes; the rest is refused. */
export type RequestName = string | readonly string[] | undefined

/** Which installation a request means, and who may act as it. */
export interface RequestInstallationOptions<Request> {
  /** Login of the account, such as `(request) => request.params.org`. Either this or `installationId`. */
  readonly owner?: ((request: Request) => RequestName | Promise<RequestName>) | undefined
  /** Id of the installation, in place of `owner`, where that is known; saves the lookup. */
  readonly installationId?: ((request: Request) => number | Promise<number>) | undefined
  /** Names of the repositories, without the owner, to limit the token to. Default all that the installation reaches. */
  readonly repositories?:
    | ((request: Request) => readonly RequestName[] | Promise<readonly RequestName[]>)
    | undefined
  /** The permissions to limit the token to. Default all that the installation was granted. */
  readonly permissions?: Permissions | undefined
  /**
   * Whether this caller may act as this installation. The app can act for every account that installed it: without
   * this check a caller could name any of them. Only `true` lets the request pass.
   */
  readonly authorize: (request: Request, target: InstallationTarget) => boolean | Promise<boolean>
}

/** Finds the installation that a request means, if its caller may act as it. */
export type RequestInstallation<Request> = (request: Request) => Promise<GitHubInstallation>

/**
 * Makes the part of `githubAuth` that is the same in every framework.
 *
 * @throws {TypeError} Without `authorize`, or with neither or both of `owner` and `installationId`.
 */
export function requestInstallation<Request>(
  auth: InstallationSource,
  options: RequestInstallationOptions<Request>,
): RequestInstallation<Request> {
  const { authorize, owner, installationId } = options
  if (typeof authorize !== 'function')
    throw new TypeError('githubAuth(): expected authorize, which says who may act as which installation.')
  // With both from the request, authorize could look at the one and the token be for the other.
  if ((owner === undefined) === (installationId === undefined))
    throw new TypeError(
      'githubAuth(): expected either owner or installationId, which says whose installation is meant.',
    )
  return async (request) => {
    try {
      const target = await readTarget(request, options)
      if ((await authorize(request, target)) === true) return auth.installation(target)
    } catch (error) {
      // Frameworks take some of what can be thrown for no error at all, or for a way around what follows.
      throw error instanceof Error ? error : new HubauthError('CALLER_NOT_AUTHORIZED', 'authorize failed.')
    }
    throw new HubauthError('CALLER_NOT_AUTHORIZED', 'The caller may not act as this installation.')
  }
}

/**
 * Makes the other part of `githubAuth`: the installation of the delivery that was verified before, which needs no
 * `authorize`.
 *
 * @param deliveryOf Where the framework's `verifyGitHubWebhook` leaves the delivery.
 */
export function deliveryInstallation<Request>(
  auth: InstallationSource,
  deliveryOf: (request: Request) => Delivery | undefined,
): RequestInstallation<Request> {
  return async (request) => {
    const delivery = deliveryOf(request)
    if (delivery !== undefined) return auth.forDelivery(delivery)
    throw new HubauthError('WEBHOOK_UNVERIFIED', 'This request has no verified delivery.', {
      remedy:
        'Verify it before githubAuth(auth) with verifyGitHubWebhook(receiver), or pass owner and authorize.',
    })
  }
}

async function readTarget<Request>(
  request: Request,
  { owner, installationId, repositories, permissions }: RequestInstallationOptions<Request>,
): Promise<InstallationTarget> {
  const login = owner && plainName(await owner(request), 'owner')
  const id = installationId && (await installationId(request))
  const names = repositories && plainNames(await repositories(request))
  const scope = { ...(names && { repositories: names }), ...(permissions && { permissions }) }
  if (login !== undefined) return Object.freeze({ owner: login, ...scope })
  if (id === undefined || !Number.isSafeInteger(id) || id < 1) throw missing('installationId')
  return Object.freeze({ installationId: id, ...scope })
}

/** Queries give one name as text, and none as an empty list, which would mean all repositories. */
function plainNames(names: readonly RequestName[]): readonly string[] {
  if (!Array.isArray(names) || names.length === 0) throw missing('repositories')
  return Object.freeze(Array.from(names, (name: RequestName) => plainName(name, 'repositories')))
}

function plainName(name: RequestName, option: string): string {
  // Dots alone are steps in a path, not names.
  if (typeof name === 'string' && /^(?!\.+$)[\w.-]{1,100}$/.test(name)) return name
  throw missing(option)
}

function missing(option: string): HubauthError {
  return new HubauthError('INSTALLATION_MISSING', `The request gives no usable ${option}.`, {
    remedy: `Check where this route takes the ${option} from.`,
  })
}
