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
export function checkSetup({ app, webhookPath }: Setup, moduleRef: ModuleRef): void {
  if (moduleRef.introspect(githubAuthToken(app)).scope !== Scope.DEFAULT)
    throw new TypeError(
      'GitHubAuthModule.forRootAsync(): what it injects is request-scoped, so that every request would have its own app, which shares no token with the others. Configure the app once; @GitHubAuth() tells requests apart.',
    )
  const setups = moduleRef.get<Setup>(SETUP, { strict: false, each: true })
  if (setups.filter((setup) => setup.app === app).length > 1)
    throw new TypeError(
      `GitHubAuthModule.forRoot(): there are two apps with the name ${JSON.stringify(app)}. Give all but one their own name.`,
    )
  if (webhookPath !== undefined && setups.filter((setup) => setup.webhookPath === webhookPath).length > 1)
    throw new TypeError(`webhookPath: two apps share ${webhookPath}; give each its own path.`)
}

/** @throws {Error} For an app that is not there, a parameter that nobody decides about, and what could not run. */
export function checkMethod({ prototype, name, canRun }: DiscoveredMethod, moduleRef: ModuleRef): void {
  const handled = handledEvents(prototype, name)
  const optionsOf = (app: string): GitHubAuthNestOptions =>
    moduleRef.get(githubOptionsToken(app), { strict: false })
  for (const { app } of handled) optionsOf(app)
  for (const { app, isFromRequest } of githubParameters(prototype, name)) {
    const options = app === undefined ? {} : optionsOf(app)
    if (isFromRequest) authorizeOf(options)
  }
  if (handled.length > 0 && !canRun)
    throw new TypeError(
      '@OnGitHubEvent() is for methods of classes among the providers. Controllers, and what useFactory or useValue provide, Nest would run without their guards and pipes.',
    )
}
