import type { Simulator } from '@hubauth/simulator'

/** How many tokens GitHub has minted for an installation, by the requests that it remembers (the newest 10 000). */
export function mintsOf(github: Simulator, installationId: number): number {
  return github.requests.filter(
    ({ method, path, status }) =>
      method === 'POST' && status === 201 && path === `/app/installations/${installationId}/access_tokens`,
  ).length
}
