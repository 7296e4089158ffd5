import { createGitHubAuth, type GitHubAuth, type OrganizationsAuth, systemClock } from '@hubauth/core'
import {
  type ConfigurableModuleAsyncOptions,
  ConfigurableModuleBuilder,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common'
import {
  type AbstractHttpAdapter,
  DiscoveryModule,
  DiscoveryService,
  ExternalContextCreator,
  HttpAdapterHost,
  ModuleRef,
} from '@nestjs/core'
import { checkMethod, checkSetup, SETUP, type Setup } from './boot-checks.ts'
import { type DiscoveredMethod, discoverMethods } from './discovered-methods.ts'
import {
  checkedOptions,
  type GitHubAuthModuleExtras,
  type GitHubAuthModuleOptions,
  type GitHubAuthOptionsFactory,
  type GitHubAuthRootOptions,
} from './github-auth-options.ts'
import {
  DEFAULT_APP,
  githubAuthToken,
  githubOptionsToken,
  githubWebhookReceiverToken,
} from './github-auth-tokens.ts'
import { logError, logger } from './nest-error.ts'
import { handledEvents } from './on-github-event.ts'
import { webhookHandler } from './webhook-handler.ts'
import { mountWebhooks } from './webhook-mount.ts'
import { type AppReceiver, webhookReceiver } from './webhook-receiver.ts'

/** Platforms kill 30 s after they said so. */
const DRAIN_MS = 25_000

/** As Nest types it, but for what a factory must not make. */
interface GitHubAuthModuleClass {
  new (): object
  forRoot(options: GitHubAuthRootOptions): DynamicModule
  forRootAsync(
    options: ConfigurableModuleAsyncOptions<GitHubAuthModuleOptions, keyof GitHubAuthOptionsFactory> &
      GitHubAuthModuleExtras,
  ): DynamicModule
}

const configurable = new ConfigurableModuleBuilder<GitHubAuthRootOptions>()
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createGitHubAuthOptions')
  .setExtras<GitHubAuthModuleExtras>(
    { isGlobal: undefined, name: undefined, webhookPath: undefined },
    provideApp,
  )
  .build()
const ConfigurableModuleClass: GitHubAuthModuleClass = configurable.ConfigurableModuleClass

/**
 * Authenticates as a GitHub App and takes its webhooks: `GitHubAuthModule.forRoot({ appId, key, webhooks: { secrets } })`,
 * or `forRootAsync` with `useFactory`, `useClass` (a {@link GitHubAuthOptionsFactory}) or `useExisting`. Import it once
 * for every app.
 *
 * Wrong options, `@OnGitHubEvent` methods without `webhooks`, and parameters that let callers name an installation
 * without `authorize` keep the application from starting.
 *
 * On shutdown, in `onModuleDestroy`, new deliveries get 503, no more are taken from a queue, and the running handlers are
 * waited for, up to `drainMs`: close what they use in `beforeApplicationShutdown` or later.
 */
@Module({ imports: [DiscoveryModule] })
export class GitHubAuthModule
  extends ConfigurableModuleClass
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy
{
  readonly #setup: Setup
  readonly #moduleRef: ModuleRef
  #mountError: TypeError | undefined

  constructor(
    @Inject(SETUP) setup: Setup,
    @Inject(ModuleRef) moduleRef: ModuleRef,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    super()
    this.#setup = setup
    this.#moduleRef = moduleRef
    const { webhookPath } = setup
    if (webhookPath === undefined) return
    if (!/^\/[^?#]*$/.test(webhookPath))
      throw new TypeError('webhookPath: expected a path that begins with "/", such as "/github/webhooks".')
    // Now, because Nest registers body parsers later.
    host.init$.subscribe(() => this.#mount(webhookPath, host.httpAdapter))
  }

  /** @throws {TypeError} When the application could not work as it is written; see {@link GitHubAuthModule}. */
  onModuleInit(): void {
    if (this.#mountError !== undefined) throw this.#mountError
    checkSetup(this.#setup, this.#moduleRef)
    const methods = discoverMethods(this.#moduleRef.get(DiscoveryService, { strict: false }))
    const events = new Set(methods.flatMap((method) => this.#take(method)))
    logEvents([...events].join(', '), { ...this.#options(), ...this.#setup })
  }

  onApplicationBootstrap(): void {
    if (this.#options().webhooks?.worker !== false) this.#receiver().start?.()
  }

  async onModuleDestroy(): Promise<void> {
    const { clock = systemClock, drainMs = DRAIN_MS } = this.#options()
    const drained = new AbortController()
    const late = clock.sleep(drainMs, drained.signal).then(
      () => logger.warn(`webhook handlers still run after ${drainMs} ms; shutdown goes on without them`),
      () => undefined,
    )
    await Promise.race([this.#receiver().close().catch(logError), late])
    drained.abort()
  }

  #mount(path: string, adapter: AbstractHttpAdapter | undefined): void {
    try {
      // Microservices have no adapter.
      if (adapter) mountWebhooks(adapter, path, () => this.#receiver())
    } catch (cause) {
      const remedy = 'create FastifyAdapter without skipMiddie, or use GitHubWebhookGuard.'
      // Thrown from here, it would end the process.
      this.#mountError = new TypeError(`webhookPath: the server takes no middleware; ${remedy}`, { cause })
    }
  }

  /** Checks a method, and lets it handle what its decorators say: these events. */
  #take(method: DiscoveredMethod): readonly string[] {
    const { app } = this.#setup
    const { prototype, name } = method
    try {
      checkMethod(method, this.#moduleRef)
      const handled = handledEvents(prototype, name).filter((handled) => handled.app === app)
      const events = handled.map(({ event }) => event)
      if (events.length === 0) return events
      const contexts = this.#moduleRef.get(ExternalContextCreator, { strict: false })
      const handler = webhookHandler(method, { app, contexts })
      for (const event of events) this.#receiver().on(event, handler)
      return events
    } catch (error) {
      const message = error instanceof Error ? error.message : error
      throw new TypeError(`${prototype.constructor.name}.${name}: ${message}`, { cause: error })
    }
  }

  #options(): GitHubAuthModuleOptions {
    return this.#moduleRef.get(githubOptionsToken(this.#setup.app))
  }

  #receiver(): AppReceiver {
    return this.#moduleRef.get(githubWebhookReceiverToken(this.#setup.app))
  }
}

/** Says which events are handled where; nothing else would, when a provider or a path is missing. */
function logEvents(
  events: string,
  { webhookPath, webhooks }: Pick<GitHubAuthRootOptions, 'webhookPath' | 'webhooks'>,
): void {
  const from = webhooks?.queue && 'GitHub webhooks in the queue'
  const where = webhookPath === undefined ? from : `GitHub webhooks at ${webhookPath}`
  if (webhooks?.worker === false) logger.log(`${where}: left to other processes`)
  else if (where === undefined) {
    if (events !== '')
      logger.warn(
        `There are @OnGitHubEvent() methods (${events}) and no webhookPath: nothing calls them, unless you call receive() of @InjectGitHubWebhooks() yourself.`,
      )
  } else if (events === '')
    logger.warn(
      `${where}: no @OnGitHubEvent() methods among the providers, so every delivery is ignored, unless you call on() of @InjectGitHubWebhooks() yourself.`,
    )
  else logger.log(`${where}: ${events}`)
}

function provideApp(
  { providers = [], ...definition }: DynamicModule,
  { isGlobal = true, name: app = DEFAULT_APP, webhookPath }: GitHubAuthModuleExtras,
): DynamicModule {
  const options = githubOptionsToken(app)
  const auth = githubAuthToken(app)
  const receiver = githubWebhookReceiverToken(app)
  return {
    ...definition,
    global: isGlobal,
    providers: [
      ...providers,
      { provide: SETUP, useValue: { app, webhookPath } satisfies Setup },
      { provide: options, useFactory: checkedOptions, inject: [configurable.MODULE_OPTIONS_TOKEN] },
      { provide: auth, useFactory: createAuth, inject: [options] },
      { provide: receiver, useFactory: webhookReceiver, inject: [options, auth] },
    ],
    exports: [auth, receiver],
  }
}

function createAuth(options: GitHubAuthModuleOptions): GitHubAuth | OrganizationsAuth {
  return 'organizations' in options ? createGitHubAuth(options) : createGitHubAuth(options)
}
