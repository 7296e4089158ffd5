import type {
  GitHubAppOptions,
  GitHubInstallation,
  InstallationTarget,
  OrganizationsOptions,
  WebhookReceiverOptions,
} from '@hubauth/core'
import type { ExecutionContext } from '@nestjs/common'

/**
 * Whether the caller may act as an installation. The app can act for every account that installed it: without this
 * check a caller could name any of them. Only `true` lets the call pass; the others get 403.
 */
export type AuthorizeGitHub = (
  context: ExecutionContext,
  target: InstallationTarget,
) => boolean | Promise<boolean>

/** What `GitHubAuthModule` needs besides the options of `createGitHubAuth`. */
export interface GitHubAuthNestOptions {
  /** Options of the webhook receiver. Without them, the app takes no webhooks. `onError` logs with Nest's Logger. */
  readonly webhooks?: Omit<WebhookReceiverOptions<GitHubInstallation>, 'auth'> | undefined
  /**
   * Who may act as which installation, for every `@GitHubAuth('org')` and `@GitHubToken('org')`; `guards` says that the
   * guards of those routes decide. Without it, an application that has such a parameter does not start.
   */
  readonly authorize?: AuthorizeGitHub | 'guards' | undefined
}

/** Options of `GitHubAuthModule`: those of `createGitHubAuth`, and {@link GitHubAuthNestOptions}. */
export type GitHubAuthModuleOptions = (GitHubAppOptions | OrganizationsOptions) & GitHubAuthNestOptions

/** Makes the options, for `forRootAsync` with `useClass` or `useExisting`. */
export interface GitHubAuthOptionsFactory {
  createGitHubAuthOptions(): GitHubAuthModuleOptions | Promise<GitHubAuthModuleOptions>
}

/** What stands beside the options, also in `forRootAsync`: it is needed before a factory has run. */
export interface GitHubAuthModuleExtras {
  /** Whether every module can inject the app's `GitHubAuth`. Default true. */
  readonly isGlobal?: boolean | undefined
  /** Name of the app, where there are several. At most one has none. */
  readonly name?: string | undefined
  /**
   * Answers webhooks at exactly this path of the server, such as `/github/webhooks`; a global prefix is not put before
   * it, and versioning does not apply. Comes before body parsers, guards and what is added with `app.use()`. Default: no
   * path, for those who use `GitHubWebhookGuard`.
   */
  readonly webhookPath?: string | undefined
}

/** Who decides who may act. @throws {TypeError} When nobody does. @internal */
export function authorizeOf({ authorize }: GitHubAuthNestOptions, parameter: string): AuthorizeGitHub {
  if (authorize === 'guards') return () => true
  if (typeof authorize === 'function') return authorize
  throw new TypeError(
    `${parameter} takes the installation from the request, and any caller could name any installation: pass authorize to GitHubAuthModule.forRoot(), or authorize: 'guards' where guards of the routes decide.`,
  )
}
