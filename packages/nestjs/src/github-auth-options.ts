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

/**
 * The options of `createWebhookReceiver`. With a `queue`, a worker in this process runs the `@OnGitHubEvent` methods: it
 * starts in `onApplicationBootstrap`, before that of your modules, and stops in `onModuleDestroy`.
 */
export interface GitHubWebhooksOptions
  extends Omit<WebhookReceiverOptions<GitHubInstallation>, 'auth' | 'secrets'> {
  /**
   * The webhook secret, or several while one replaces another. May be missing in a process that only works on the `queue`,
   * without `webhookPath` and `GitHubWebhookGuard`; otherwise an application without it does not start.
   */
  readonly secrets?: WebhookReceiverOptions['secrets'] | undefined
  /**
   * Whether this process works on the `queue`. Default true; `false` leaves that to other processes, whose `@OnGitHubEvent`
   * methods run in place of those here. Has no meaning without a queue.
   */
  readonly worker?: boolean | undefined
}

/** What `GitHubAuthModule` needs besides the options of `createGitHubAuth`. */
export interface GitHubAuthNestOptions {
  /** How webhooks are taken. Without it, the app takes none. `onError` logs with Nest's Logger. */
  readonly webhooks?: GitHubWebhooksOptions | undefined
  /**
   * Who may act as which installation, for every `@GitHubAuth('org')` and `@GitHubToken('org')`; `guards` says that the
   * guards of those routes decide. Without it, an application that has such a parameter does not start.
   */
  readonly authorize?: AuthorizeGitHub | 'guards' | undefined
  /**
   * How long the application waits on shutdown for running handlers, in milliseconds. Default 25 000, because platforms
   * kill after 30 s; 0 does not wait. A handler that hangs must not keep the rest of the application from closing.
   */
  readonly drainMs?: number | undefined
}

type AppOptions = (GitHubAppOptions | OrganizationsOptions) & GitHubAuthNestOptions

/**
 * What a factory of `forRootAsync` makes: the options of `createGitHubAuth`, and {@link GitHubAuthNestOptions}; not the
 * {@link GitHubAuthModuleExtras}, which would come too late.
 */
export type GitHubAuthModuleOptions = AppOptions & { readonly [Name in keyof GitHubAuthModuleExtras]?: never }

/** What `forRoot` takes: all of it. */
export type GitHubAuthRootOptions = AppOptions & GitHubAuthModuleExtras

/** Makes the options, for `forRootAsync` with `useClass` or `useExisting`. */
export interface GitHubAuthOptionsFactory {
  createGitHubAuthOptions(): GitHubAuthModuleOptions | Promise<GitHubAuthModuleOptions>
}

/** What stands beside the options, in `forRootAsync` beside `useFactory`: it is needed before a factory has run. */
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

/** The options, checked. @throws {TypeError} For what stands in the wrong place or is out of range. @internal */
export function checkedOptions(options: GitHubAuthModuleOptions): GitHubAuthModuleOptions {
  for (const name of ['webhookPath', 'name', 'isGlobal'] as const)
    if (options[name] !== undefined)
      throw new TypeError(`${name}: stands beside useFactory, not in what it returns.`)
  const { drainMs = 0 } = options
  if (!(drainMs >= 0)) throw new TypeError('drainMs: expected 0 or more milliseconds.')
  return options
}

/** Who decides who may act. @throws {TypeError} When nobody does. @internal */
export function authorizeOf({ authorize }: GitHubAuthNestOptions): AuthorizeGitHub {
  if (authorize === 'guards') return () => true
  if (typeof authorize === 'function') return authorize
  throw new TypeError(
    "a parameter takes the installation from the request, and any caller could name any installation: pass authorize to GitHubAuthModule.forRoot(), or authorize: 'guards' where guards of the routes decide.",
  )
}
