import { Inject } from '@nestjs/common'

/** The app of a `forRoot` without a `name`. @internal */
export const DEFAULT_APP = 'default'

/**
 * The injection token of what `createGitHubAuth` made for an app. Tests replace it:
 * `overrideProvider(githubAuthToken()).useValue(createGitHubAuth({ …, baseUrl: simulator.url }))`.
 *
 * @param app The `name` that was given to `GitHubAuthModule.forRoot`. Default the app without a name.
 */
export function githubAuthToken(app: string = DEFAULT_APP): string {
  return `@hubauth/nestjs:auth:${app}`
}

/** The injection token of an app's `WebhookReceiver`. @param app As in {@link githubAuthToken}. */
export function githubWebhookReceiverToken(app: string = DEFAULT_APP): string {
  return `@hubauth/nestjs:receiver:${app}`
}

/** The injection token of an app's options. @internal */
export function githubOptionsToken(app: string = DEFAULT_APP): string {
  return `@hubauth/nestjs:options:${app}`
}

/**
 * Injects what `createGitHubAuth` made: `constructor(@InjectGitHubAuth() private readonly github: GitHubAuth)`, with the
 * type of `@hubauth/core`.
 *
 * @param app As in {@link githubAuthToken}.
 */
export function InjectGitHubAuth(app?: string): PropertyDecorator & ParameterDecorator {
  return Inject(githubAuthToken(app))
}

/** Injects the `WebhookReceiver` of an app. @param app As in {@link githubAuthToken}. */
export function InjectGitHubWebhooks(app?: string): PropertyDecorator & ParameterDecorator {
  return Inject(githubWebhookReceiverToken(app))
}
