import type { Delivery, GitHubInstallation } from '@hubauth/core'

/** What the middleware puts on `c.var`, for `new Hono<{ Variables: GitHubVariables }>()`. */
export interface GitHubVariables {
  /** The installation to act as; set by `githubAuth`. */
  github: GitHubInstallation
  /** The verified delivery; set by `verifyGitHubWebhook`. */
  githubWebhook: Delivery
}
