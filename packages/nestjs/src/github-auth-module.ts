import {
  createGitHubAuth,
  type GitHubAuth,
  type GitHubInstallation,
  type OrganizationsAuth,
  type WebhookReceiver,
} from '@hubauth/core'
import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  Inject,
  Module,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common'
import {
  DiscoveryModule,
  DiscoveryService,
  ExternalContextCreator,
  HttpAdapterHost,
  ModuleRef,
} from '@nestjs/core'
import { checkParameters, checkSetup, optionsOf, SETUP, type Setup } from './boot-checks.ts'
import { type DiscoveredMethod, discoverMethods } from './discovered-methods.ts'
import type { GitHubAuthModuleExtras, GitHubAuthModuleOptions } from './github-auth-options.ts'
import {
  DEFAULT_APP,
  githubAuthToken,
  githubOptionsToken,
  githubWebhookReceiverToken,
} from './github-auth-tokens.ts'
import { logger } from './nest-error.ts'
import { handledEvents } from './on-github-event.ts'
import { rememberDelivery } from './verified-delivery.ts'
import { type RunHandler, webhookHandler } from './webhook-handler.ts'
import { mountWebhooks } from './webhook-mount.ts'
import { NO_WEBHOOKS, webhookReceiver } from './webhook-receiver.ts'

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<GitHubAuthModuleOptions>()
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createGitHubAuthOptions')
    .setExtras<GitHubAuthModuleExtras>(
      { isGlobal: undefined, name: undefined, webhookPath: undefined },
      provideApp,
    )
    .build()

/**
 * Authenticates as a GitHub App and takes its webhooks: `GitHubAuthModule.forRoot({ appId, key, webhooks: { secrets } })`,
 * or `forRootAsync` with `useFactory`, `useClass` (a {@link GitHubAuthOptionsFactory}) or `useExisting`. Import it once
 * for every app.
 *
 * Wrong options, `@OnGitHubEvent` methods without `webhooks`, and parameters that let callers name an installation
 * without `authorize` keep the application from starting.
 *
 * On shutdown, in `onModuleDestroy`, new deliveries get 503 and the running handlers are waited for: close what they use
 * in `beforeApplicationShutdown` or later.
 */
@Module({ imports: [DiscoveryModule] })
export class GitHubAuthModule extends ConfigurableModuleClass implements OnModuleInit, OnModuleDestroy {
  readonly #setup: Setup
  readonly #moduleRef: ModuleRef
  readonly #discovery: DiscoveryService
  readonly #contexts: ExternalContextCreator

  constructor(
    @Inject(SETUP) setup: Setup,
    @Inject(ModuleRef) moduleRef: ModuleRef,
    @Inject(DiscoveryService) discovery: DiscoveryService,
    @Inject(ExternalContextCreator) contexts: ExternalContextCreator,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    super()
    this.#setup = setup
    this.#moduleRef = moduleRef
    this.#discovery = discovery
    this.#contexts = contexts
    const { webhookPath } = setup
    if (webhookPath === undefined) return
    if (!/^\/[^?#]*$/.test(webhookPath))
      throw new TypeError('webhookPath: expected a path that begins with "/", such as "/github/webhooks".')
    // Nest registers body parsers later. Microservices have no adapter.
    host.init$.subscribe(() => {
      if (host.httpAdapter) mountWebhooks(host.httpAdapter, webhookPath, () => this.#receiver())
    })
  }

  /** @throws {TypeError} When the application could not work as it is written; see {@link GitHubAuthModule}. */
  onModuleInit(): void {
    const { webhookPath } = this.#setup
    checkSetup(this.#setup, this.#moduleRef)
    const methods = discoverMethods(this.#discovery)
    checkParameters(methods, this.#moduleRef)
    for (const method of methods) this.#register(method)
    if (webhookPath === undefined) return
    if (this.#receiver() === NO_WEBHOOKS)
      throw new TypeError('webhookPath: pass webhooks: { secrets } to GitHubAuthModule.forRoot() as well.')
    logger.log(`GitHub webhooks at ${webhookPath}`)
  }

  async onModuleDestroy(): Promise<void> {
    await this.#receiver().close()
  }

  #receiver(): WebhookReceiver<GitHubInstallation> {
    return this.#moduleRef.get(githubWebhookReceiverToken(this.#setup.app))
  }

  #register(method: DiscoveredMethod): void {
    const { app } = this.#setup
    for (const handled of handledEvents(method)) {
      if (!method.canRun)
        throw new TypeError(
          `${method.label}: @OnGitHubEvent() is for methods of classes among the providers. Controllers, and what useFactory or useValue provide, Nest would run without their guards and pipes.`,
        )
      optionsOf(handled.app, method.label, this.#moduleRef)
      if (handled.app !== app) continue
      const run = webhookHandler(method, { contexts: this.#contexts, moduleRef: this.#moduleRef })
      for (const event of handled.events) this.#on(event, method, run)
    }
  }

  #on(event: string, { label }: DiscoveredMethod, run: RunHandler): void {
    const { app } = this.#setup
    try {
      this.#receiver().on(event, (delivery, github) => {
        rememberDelivery(delivery, { delivery, app })
        return run(delivery, github)
      })
    } catch (error) {
      throw new TypeError(`${label}: ${error instanceof Error ? error.message : error}`, { cause: error })
    }
  }
}

function provideApp(
  { providers = [], ...definition }: DynamicModule,
  { isGlobal = true, name: app = DEFAULT_APP, webhookPath }: GitHubAuthModuleExtras,
): DynamicModule {
  const auth = githubAuthToken(app)
  const receiver = githubWebhookReceiverToken(app)
  return {
    ...definition,
    global: isGlobal,
    providers: [
      ...providers,
      { provide: SETUP, useValue: { app, webhookPath } satisfies Setup },
      { provide: githubOptionsToken(app), useExisting: MODULE_OPTIONS_TOKEN },
      { provide: auth, useFactory: createAuth, inject: [MODULE_OPTIONS_TOKEN] },
      { provide: receiver, useFactory: webhookReceiver, inject: [MODULE_OPTIONS_TOKEN, auth] },
    ],
    exports: [auth, receiver],
  }
}

function createAuth(options: GitHubAuthModuleOptions): GitHubAuth | OrganizationsAuth {
  return 'organizations' in options ? createGitHubAuth(options) : createGitHubAuth(options)
}
