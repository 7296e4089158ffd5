export { type GitHubAuthOptions, githubAuth } from './github-auth.ts'
export type { GitHubState } from './github-state.ts'
export { githubWebhooks } from './github-webhooks.ts'
export { type VerifyGitHubWebhookOptions, verifyGitHubWebhook } from './verify-github-webhook.ts'
