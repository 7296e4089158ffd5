import type { AuthenticatedFetch } from './authenticated-fetch.ts'
import type { InstallationSource } from './github-auth.ts'
import type { GitHubInstallation } from './github-installation.ts'

/** What {@link withGitHubAuth} injects. */
export interface InjectedGitHubAuth {
  /** Headers that authenticate as the installation right now, for a client that takes headers. */
  readonly headers: { readonly authorization: string }
  /** Fetches as the installation; stays fresh however long the work takes. */
  readonly fetch: AuthenticatedFetch
  readonly installation: GitHubInstallation
}

/**
 * Wraps a function so that it is called with an organization's name and gets the authentication for it.
 *
 * @example
 * const listRepos = withGitHubAuth(auth, (org: string, { fetch }) => fetch(`/orgs/${org}/repos`))
 * const response = await listRepos('acme')
 */
export function withGitHubAuth<Rest extends readonly unknown[], Result>(
  auth: InstallationSource,
  work: (organization: string, github: InjectedGitHubAuth, ...rest: Rest) => Result | Promise<Result>,
): (organization: string, ...rest: Rest) => Promise<Result> {
  return async (organization, ...rest) => {
    const installation = auth.installation({ owner: organization })
    const { authorization } = await installation.token()
    return work(
      organization,
      { headers: { authorization }, fetch: installation.fetch, installation },
      ...rest,
    )
  }
}
