import { createGitHubAuth, type GitHubAuth, pemKey } from '@hubauth/core'
import { rsaKey } from '@hubauth/testing'
import type { INestApplication, ModuleMetadata, NestApplicationOptions } from '@nestjs/common'
import type { AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Test, type TestingModuleBuilder } from '@nestjs/testing'
import type { GitHubAuthModuleOptions } from '../src/index.ts'

/** The HTTP servers that Nest runs on. */
export const adapters: readonly (readonly [string, () => AbstractHttpAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
]

export const SECRET = 'the secret'

/** Options of an app that never gets as far as GitHub. */
export const OFFLINE: GitHubAuthModuleOptions = {
  appId: 1,
  key: pemKey(rsaKey().pkcs1),
  fetch: () => Promise.reject(new Error('nothing is fetched before the installation is used')),
  webhooks: { secrets: SECRET },
}

export interface StartOptions extends ModuleMetadata {
  /** Default Express. */
  readonly adapter?: AbstractHttpAdapter
  readonly options?: NestApplicationOptions
  readonly override?: (builder: TestingModuleBuilder) => TestingModuleBuilder
  /** What `main.ts` does between creating and listening. */
  readonly prepare?: (app: INestApplication) => unknown
}

export interface StartedApp {
  readonly app: INestApplication
  send(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

/** Starts an application on a free port of this machine. */
export async function startApp({
  adapter = new ExpressAdapter(),
  options,
  override = (builder) => builder,
  prepare,
  ...metadata
}: StartOptions): Promise<StartedApp> {
  const module = await override(Test.createTestingModule(metadata)).compile()
  const app = module.createNestApplication(adapter, {
    logger: false,
    forceCloseConnections: true,
    ...options,
  })
  await prepare?.(app)
  await app.listen(0, '127.0.0.1')
  const url = (await app.getUrl()).replace(/\/$/, '')
  return { app, send: (path, init) => fetch(url + path, init), close: () => app.close() }
}

/** An app of its own, which tells what it was asked for. */
export function watchedAuth(): { readonly auth: GitHubAuth; readonly targets: unknown[] } {
  const real = createGitHubAuth({ appId: 1, key: pemKey(rsaKey().pkcs1), fetch: OFFLINE.fetch })
  const targets: unknown[] = []
  const auth: GitHubAuth = {
    ...real,
    installation(target) {
      targets.push(target)
      return real.installation(target)
    },
    forDelivery({ installationId, owner }) {
      targets.push({ installationId, owner })
      return real.forDelivery({ installationId, owner })
    },
  }
  return { auth, targets }
}
