import type { Delivery, GitHubInstallation } from '@hubauth/core'

/** What this package puts on `ctx.state`: `new Koa<GitHubState>()`, `new Router<GitHubState>()`. */
export interface GitHubState {
  /** The installation to act as; set by `githubAuth`. */
  github?: GitHubInstallation
  /** The verified delivery; set by `verifyGitHubWebhook`. */
  githubWebhook?: Delivery
}
