export { type GitHubAuthOptions, githubAuth } from './github-auth.ts'
export { type GitHubWebhooksOptions, githubWebhooks } from './github-webhooks.ts'
export { type VerifyGitHubWebhookOptions, verifyGitHubWebhook } from './verify-github-webhook.ts'
