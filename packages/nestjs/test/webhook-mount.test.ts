import type { IncomingMessage } from 'node:http'
import { describeWebhookMount, type ParserSetup, type WebhookMount } from '@hubauth/testing'
import {
  type CanActivate,
  type INestApplication,
  Injectable,
  Module,
  type NestApplicationOptions,
  ValidationPipe,
  VersioningType,
} from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { GitHubAuthModule, githubWebhookReceiverToken } from '../src/index.ts'
import { adapters, OFFLINE, startApp } from './start-app.ts'

const PATH = '/github/webhooks'

/** As an application has it that lets in nobody without a session. */
@Injectable()
class NobodyPasses implements CanActivate {
  canActivate(): boolean {
    return false
  }
}

/** What body parsers do to a request. */
function readBody(request: IncomingMessage, _response: unknown, next: () => void): void {
  request.resume().on('end', next)
}

interface MountOptions extends NestApplicationOptions {
  readonly prepare?: (app: INestApplication) => void
  /** Added to the adapter before Nest sees it. */
  readonly parser?: typeof readBody
}

for (const [name, adapter] of adapters) {
  const created =
    ({ prepare, parser, ...options }: MountOptions): WebhookMount =>
    async (receiver) => {
      const module = GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: PATH })
      const useReceiver = { provide: githubWebhookReceiverToken(), useValue: receiver }
      @Module({
        imports: [{ ...module, providers: [...(module.providers ?? []), useReceiver] }],
        providers: [{ provide: APP_GUARD, useClass: NobodyPasses }],
      })
      class AppModule {}
      const server = adapter()
      if (parser !== undefined) server.use(parser)
      const app = await NestFactory.create(AppModule, server, {
        logger: false,
        abortOnError: false,
        forceCloseConnections: true,
        ...options,
      })
      prepare?.(app)
      await app.listen(0, '127.0.0.1')
      return { url: `${(await app.getUrl()).replace(/\/$/, '')}${PATH}`, close: () => app.close() }
    }

  const tested: WebhookMount = async (receiver) => {
    const { app, close } = await startApp({
      adapter: adapter(),
      imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: PATH })],
      override: (builder) => builder.overrideProvider(githubWebhookReceiverToken()).useValue(receiver),
    })
    return { url: `${(await app.getUrl()).replace(/\/$/, '')}${PATH}`, close }
  }

  const useEverything = (app: INestApplication) => {
    app.setGlobalPrefix('api')
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' })
    app.useGlobalPipes(new ValidationPipe({ transform: true, validateCustomDecorators: true }))
    app.enableCors()
  }

  const setups: Readonly<Record<string, WebhookMount>> = {
    'the parsers of Nest': created({}),
    'the parsers of Nest with rawBody: true': created({ rawBody: true }),
    'no parser, with bodyParser: false': created({ bodyParser: false }),
    'middleware that reads every body': created({ prepare: (app) => app.use(readBody) }),
    'the parsers of Nest, in a TestingModule': tested,
  }
  const parsers = Object.entries(setups).flatMap(([parser, mount]): readonly ParserSetup[] => [
    { name: parser, expect: 'handled', contentType: 'json', mount },
    { name: parser, expect: 'handled', contentType: 'form', mount },
  ])
  const first = { name: 'a parser that the adapter came with', mount: created({ parser: readBody }) }

  describeWebhookMount(`webhookPath on ${name}`, created({ prepare: useEverything }), {
    parsers: [...parsers, { ...first, expect: 'consumed' }],
  })
}
