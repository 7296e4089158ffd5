import { Scope } from '@nestjs/common'
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js'
import type { ModuleRef } from '@nestjs/core'
import type { DiscoveredMethod } from './discovered-methods.ts'
import { authorizeOf, type GitHubAuthModuleOptions } from './github-auth-options.ts'
import { githubAuthToken, githubOptionsToken } from './github-auth-tokens.ts'
import { type GitHubParameter, GitHubParameterPipe } from './github-parameter.ts'

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

/** @throws {TypeError} For a parameter that takes the installation from the request while nobody decides who may. */
export function checkParameters(methods: readonly DiscoveredMethod[], moduleRef: ModuleRef): void {
  for (const { prototype, name, label } of methods) {
    for (const { decorator, app, isFromRequest } of githubParameters(prototype.constructor, name)) {
      const options = app === undefined ? {} : optionsOf(app, label, moduleRef)
      if (isFromRequest) authorizeOf(options, `${label}: ${decorator}`)
    }
  }
}

/** @throws {TypeError} When there is no such app. */
export function optionsOf(app: string, label: string, moduleRef: ModuleRef): GitHubAuthModuleOptions {
  try {
    return moduleRef.get<GitHubAuthModuleOptions>(githubOptionsToken(app), { strict: false })
  } catch (cause) {
    throw new TypeError(
      `${label}: there is no GitHubAuthModule.forRoot() for the app ${JSON.stringify(app)}.`,
      { cause },
    )
  }
}

interface ParameterMetadata {
  readonly data?: GitHubParameter
  readonly pipes?: readonly unknown[]
}

function githubParameters(host: object, method: string): readonly GitHubParameter[] {
  const parameters: Record<string, ParameterMetadata> =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, host, method) ?? {}
  return Object.values(parameters).flatMap(({ data, pipes }) =>
    data !== undefined && pipes?.includes(GitHubParameterPipe) ? [data] : [],
  )
}
