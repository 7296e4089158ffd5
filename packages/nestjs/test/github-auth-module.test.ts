import type { GitHubAuth as Auth, GitHubInstallation, WebhookReceiver } from '@hubauth/core'
import { Controller, Get, Injectable, Module, type ModuleMetadata, Post, Scope } from '@nestjs/common'
import { NestFactory, REQUEST } from '@nestjs/core'
import { describe, expect, it } from 'vitest'
import {
  GitHubAuth,
  GitHubAuthModule,
  type GitHubAuthOptionsFactory,
  GitHubToken,
  githubAuthToken,
  InjectGitHubAuth,
  InjectGitHubWebhooks,
} from '../src/index.ts'
import { OFFLINE, startApp } from './start-app.ts'

@Injectable()
class Service {
  @InjectGitHubAuth() readonly auth?: Auth
  @InjectGitHubWebhooks() readonly webhooks?: WebhookReceiver<GitHubInstallation>
}

@Module({ providers: [Service], exports: [Service] })
class FeatureModule {}

@Injectable()
class OptionsFactory implements GitHubAuthOptionsFactory {
  async createGitHubAuthOptions() {
    return OFFLINE
  }
}

@Module({ providers: [OptionsFactory], exports: [OptionsFactory] })
class OptionsModule {}

describe('GitHubAuthModule', () => {
  it.each([
    ['forRoot', GitHubAuthModule.forRoot(OFFLINE)],
    ['useFactory', GitHubAuthModule.forRootAsync({ useFactory: async () => OFFLINE })],
    ['useClass', GitHubAuthModule.forRootAsync({ useClass: OptionsFactory })],
    ['useExisting', GitHubAuthModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsFactory })],
    [
      'useFactory with inject',
      GitHubAuthModule.forRootAsync({
        imports: [OptionsModule],
        inject: [OptionsFactory],
        useFactory: (factory: OptionsFactory) => factory.createGitHubAuthOptions(),
      }),
    ],
  ])('is configured by %s, and injects into services of modules that import nothing', async (_, module) => {
    const { app, close } = await startApp({ imports: [module, FeatureModule] })
    const { auth, webhooks } = app.get(Service)
    expect(auth?.app.appId).toBe(1)
    expect(webhooks?.receive).toBeTypeOf('function')
    await close()
  })

  it('works without a server', async () => {
    @Module({ imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: '/hooks' }), FeatureModule] })
    class AppModule {}
    const context = await NestFactory.createApplicationContext(AppModule, { logger: false })
    expect(context.get(Service).auth?.app.appId).toBe(1)
    await context.close()
  })

  it('is for the modules that import it when it is not global', async () => {
    const github = GitHubAuthModule.forRoot({ ...OFFLINE, isGlobal: false, authorize: 'guards' })
    await expect(startApp({ imports: [github, FeatureModule] })).rejects.toThrow(githubAuthToken())
    @Controller()
    class AnyController {
      @Get(':org')
      any(@GitHubAuth('org') github: GitHubInstallation) {
        return { hasHandle: 'fetch' in github }
      }
    }
    @Module({ controllers: [AnyController] })
    class OtherModule {}
    @Module({ imports: [github], providers: [Service] })
    class ImportingModule {}
    const { app, send, close } = await startApp({ imports: [ImportingModule, OtherModule] })
    expect(app.get(Service, { strict: false }).auth?.app.appId).toBe(1)
    // Parameters need no import.
    expect(await (await send('/acme')).json()).toEqual({ hasHandle: true })
    await close()
  })

  it('refuses webhooks where none are configured', async () => {
    const imports = [GitHubAuthModule.forRoot({ ...OFFLINE, webhooks: undefined }), FeatureModule]
    const { app, close } = await startApp({ imports })
    expect(() => app.get(Service).webhooks?.on('issues', () => undefined)).toThrow(
      new TypeError('this app takes no webhooks: pass webhooks: { secrets } to GitHubAuthModule.forRoot().'),
    )
    await close()
  })

  describe('keeps an application from starting', () => {
    const refused = (metadata: ModuleMetadata) => expect(startApp(metadata)).rejects

    it('with wrong options', async () => {
      await refused({ imports: [GitHubAuthModule.forRoot({ ...OFFLINE, appId: 0 })] }).toThrow(
        /^appId: expected/,
      )
      const webhooks = { secrets: '' }
      await refused({ imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhooks })] }).toThrow(TypeError)
    })

    it.each([
      ['webhookPath', '/hooks'],
      ['name', 'ghes'],
      ['isGlobal', false],
    ])('when a factory makes what stands beside it: %s', async (name, value) => {
      const useFactory = async () => ({ ...OFFLINE, [name]: value })
      await refused({ imports: [GitHubAuthModule.forRootAsync({ useFactory })] }).toThrow(
        new TypeError(`${name}: stands beside useFactory, not in what it returns.`),
      )
    })

    it.each([-1, Number.NaN])('with %d for drainMs', async (drainMs) => {
      await refused({ imports: [GitHubAuthModule.forRoot({ ...OFFLINE, drainMs })] }).toThrow(
        new TypeError('drainMs: expected 0 or more milliseconds.'),
      )
    })

    it('when the configuration is request-scoped, and says why', async () => {
      const github = GitHubAuthModule.forRootAsync({ inject: [REQUEST], useFactory: () => OFFLINE })
      await refused({ imports: [github] }).toThrow(/what it injects is request-scoped, .* shares no token/)
    })

    it('when two apps have the same name', async () => {
      const one = () => GitHubAuthModule.forRoot({ ...OFFLINE, name: 'ghes' })
      await refused({ imports: [one(), one()] }).toThrow('there are two apps with the name "ghes"')
    })

    it('when two apps have the same webhookPath', async () => {
      const one = GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: '/hooks' })
      const other = GitHubAuthModule.forRoot({ ...OFFLINE, name: 'ghes', webhookPath: '/hooks' })
      await refused({ imports: [one, other] }).toThrow('webhookPath: two apps share /hooks')
    })

    it.each([
      ['github/hooks', /^webhookPath: expected a path that begins with "\/"/],
      ['/hooks?a=b', /^webhookPath: expected a path/],
    ])('with %j for a webhookPath', async (webhookPath, message) => {
      await refused({ imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath })] }).toThrow(message)
    })

    it('with a webhookPath and no webhooks', async () => {
      const github = GitHubAuthModule.forRoot({ ...OFFLINE, webhooks: undefined, webhookPath: '/hooks' })
      await refused({ imports: [github] }).toThrow('webhookPath: pass webhooks: { secrets }')
    })

    it('when callers could name any installation, and says where', async () => {
      const imports = [GitHubAuthModule.forRoot(OFFLINE)]
      @Controller()
      class OrgsController {
        @Get(':org')
        list(@GitHubAuth('org') _github: GitHubInstallation) {}
      }
      await refused({ imports, controllers: [OrgsController] }).toThrow(
        "OrgsController.list: a parameter takes the installation from the request, and any caller could name any installation: pass authorize to GitHubAuthModule.forRoot(), or authorize: 'guards' where guards of the routes decide.",
      )
      @Controller({ scope: Scope.REQUEST })
      class TokensController extends OrgsController {
        @Post(':org')
        post(@GitHubToken(() => 'acme') _token: unknown) {}
      }
      await refused({ imports, controllers: [TokensController] }).toThrow(/^TokensController\.(list|post): /)
      // Resolvers and gateways are providers.
      @Injectable()
      class Resolver {
        resolve(@GitHubToken({ header: 'x-org' }) _token: unknown) {}
      }
      await refused({ imports, providers: [Resolver] }).toThrow('Resolver.resolve: a parameter takes')
      await refused({
        imports: [GitHubAuthModule.forRoot({ ...OFFLINE, authorize: 'guards', name: 'ghes' }), ...imports],
        providers: [Resolver],
      }).toThrow('Resolver.resolve: a parameter takes')
    })

    it('when a parameter names an app that is not there', async () => {
      @Injectable()
      class Resolver {
        resolve(@GitHubAuth('org', { app: 'gehs' }) _github: GitHubInstallation) {}
      }
      const imports = [GitHubAuthModule.forRoot({ ...OFFLINE, authorize: 'guards' })]
      await refused({ imports, providers: [Resolver] }).toThrow(
        /^Resolver\.resolve: Nest could not find @hubauth\/nestjs:options:gehs/,
      )
    })
  })
})
