export { type GitHubAuthOptions, githubAuth } from './github-auth.ts'
export type { GitHubVariables } from './github-variables.ts'
export { githubWebhooks } from './github-webhooks.ts'
export { type VerifyGitHubWebhookOptions, verifyGitHubWebhook } from './verify-github-webhook.ts'
