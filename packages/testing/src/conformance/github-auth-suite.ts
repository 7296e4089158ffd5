import { type ConformanceCase, type ConformanceOptions, describeCases } from './conformance-case.ts'
import type { GitHubAuthMount } from './github-auth/auth-case.ts'
import { authorizeCases } from './github-auth/authorize-cases.ts'
import { targetCases } from './github-auth/target-cases.ts'

/**
 * What `githubAuth(auth, options)` must do in every framework, over real HTTP, registered with vitest. The suite brings
 * authentication and options; `mount` puts them into an application.
 *
 * @throws {TypeError} For a skip that names no test of the suite.
 */
export function describeGitHubAuth(
  name: string,
  mount: GitHubAuthMount,
  options: ConformanceOptions = {},
): void {
  describeCases(`${name}: githubAuth`, { cases: githubAuthCases, subject: mount, ...options })
}

/** The rules themselves. @internal */
export const githubAuthCases: readonly ConformanceCase<GitHubAuthMount>[] = [
  ...authorizeCases,
  ...targetCases,
]
