import { Scope } from '@nestjs/common'
import type { ModuleRef } from '@nestjs/core'
import type { DiscoveredMethod } from './discovered-methods.ts'
import { authorizeOf, type GitHubAuthNestOptions } from './github-auth-options.ts'
import { githubAuthToken, githubOptionsToken } from './github-auth-tokens.ts'
import { githubParameters } from './github-parameter.ts'
import { handledEvents } from './on-github-event.ts'

/** What a dynamic module knows of itself. */
export interface Setup {
  readonly app: string
  readonly webhookPath: string | undefined
}

/** The injection token of a module's {@link Setup}. */
export const SETUP: unique symbol = Symbol('@hubauth/nestjs:setup')

/** @throws {TypeError} When two modules cannot be told apart, or when one is configured anew for every request. */
export function checkSetup(setup: Setup, moduleRef: ModuleRef): void {
  const { app, webhookPath } = setup
  if (moduleRef.introspect(githubAuthToken(app)).scope !== Scope.DEFAULT)
    throw new TypeError(
      'GitHubAuthModule.forRootAsync(): what it injects is request-scoped, so that every request would have its own app, which shares no token with the others. Configure the app once; @GitHubAuth() tells requests apart.',
    )
  const setups = moduleRef.get<Setup>(SETUP, { strict: false, each: true })
  const isShared = (read: (setup: Setup) => unknown) => {
    const own = read(setup)
    return own !== undefined && setups.filter((other) => read(other) === own).length > 1
  }
  if (isShared(({ app }) => app))
    throw new TypeError(
      `GitHubAuthModule.forRoot(): there are two apps with the name ${JSON.stringify(app)}. Give all but one their own name.`,
    )
  if (isShared(({ webhookPath }) => webhookPath))
    throw new TypeError(`webhookPath: two apps share ${webhookPath}; give each its own path.`)
  if (isShared(({ app }) => optionsOf(app, moduleRef).webhooks?.queue))
    throw new TypeError(
      'webhooks.queue: two apps share one, and would handle the deliveries of each other; give each its own queue.',
    )
  if (webhookPath !== undefined && optionsOf(app, moduleRef).webhooks?.secrets === undefined)
    throw new TypeError('webhookPath: pass webhooks: { secrets } to GitHubAuthModule.forRoot() as well.')
}

/** @throws {Error} For an app that is not there, a parameter that nobody decides about, and what could not run. */
export function checkMethod({ prototype, name, canRun }: DiscoveredMethod, moduleRef: ModuleRef): void {
  const handled = handledEvents(prototype, name)
  for (const { app } of handled) optionsOf(app, moduleRef)
  for (const { app, isFromRequest } of githubParameters(prototype, name)) {
    const options = app === undefined ? {} : optionsOf(app, moduleRef)
    if (isFromRequest) authorizeOf(options)
  }
  if (handled.length > 0 && !canRun)
    throw new TypeError(
      '@OnGitHubEvent() is for methods of classes among the providers. Controllers, and what useFactory or useValue provide, Nest would run without their guards and pipes.',
    )
}

function optionsOf(app: string, moduleRef: ModuleRef): GitHubAuthNestOptions {
  return moduleRef.get(githubOptionsToken(app), { strict: false })
}
