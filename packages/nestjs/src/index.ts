export { GitHubAuth, type GitHubAuthParameterOptions, GitHubToken } from './github-auth.ts'
export { GitHubAuthModule } from './github-auth-module.ts'
export type {
  AuthorizeGitHub,
  GitHubAuthModuleExtras,
  GitHubAuthModuleOptions,
  GitHubAuthNestOptions,
  GitHubAuthOptionsFactory,
  GitHubAuthRootOptions,
  GitHubWebhooksOptions,
} from './github-auth-options.ts'
export {
  githubAuthToken,
  githubWebhookReceiverToken,
  InjectGitHubAuth,
  InjectGitHubWebhooks,
} from './github-auth-tokens.ts'
export { GitHubEvent } from './github-event.ts'
export { GitHubExceptionFilter } from './github-exception-filter.ts'
export { GitHubWebhookGuard, githubWebhookGuard } from './github-webhook-guard.ts'
export type { InstallationSpec } from './installation-spec.ts'
export { OnGitHubEvent, type OnGitHubEventOptions } from './on-github-event.ts'
