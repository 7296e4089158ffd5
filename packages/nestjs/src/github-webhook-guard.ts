import type { WebhookReceiver } from '@hubauth/core'
import { nodeRequest } from '@hubauth/node'
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  mixin,
  type OnModuleInit,
  type Type,
} from '@nestjs/common'
import { ModuleRef } from '@nestjs/core'
import type { GitHubAuthNestOptions } from './github-auth-options.ts'
import { DEFAULT_APP, githubOptionsToken, githubWebhookReceiverToken } from './github-auth-tokens.ts'
import { nestError } from './nest-error.ts'
import { rememberDelivery, verifiedDelivery } from './verified-delivery.ts'

const REMEDY =
  'Pass { rawBody: true } to NestFactory.create(), and in tests to createNestApplication(), or let webhookPath of GitHubAuthModule take the webhooks.'

/**
 * Verifies deliveries for those who keep their own route: `@Post('hooks') @UseGuards(GitHubWebhookGuard)`. It runs no
 * `@OnGitHubEvent` handlers and drops no duplicates. Needs `NestFactory.create(AppModule, { rawBody: true })`.
 *
 * What a receiver would refuse is refused with the same status, as an `HttpException`: 401 not signed, 400, 405, 413, 415;
 * 500 when a body parser left nothing of the bytes, and what to do about it is logged. Outside of HTTP it refuses all.
 */
@Injectable()
export class GitHubWebhookGuard implements CanActivate, OnModuleInit {
  protected readonly app: string = DEFAULT_APP
  readonly #moduleRef: ModuleRef

  constructor(@Inject(ModuleRef) moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef
  }

  /** @throws {TypeError} When the app has no secret to verify with. */
  onModuleInit(): void {
    const token = githubOptionsToken(this.app)
    const { webhooks } = this.#moduleRef.get<GitHubAuthNestOptions>(token, { strict: false })
    if (webhooks?.secrets === undefined)
      throw new TypeError('GitHubWebhookGuard: pass webhooks: { secrets } to GitHubAuthModule.forRoot().')
  }

  /** @throws {HttpException} Unless the request is a delivery that was signed with the app's secret. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { app } = this
    if (verifiedDelivery(context)?.app === app) return true
    // What microservices are sent could pass for a request, with headers and all.
    if (context.getType() !== 'http') return false
    const receiver = this.#moduleRef.get<WebhookReceiver>(githubWebhookReceiverToken(app), { strict: false })
    const request = context.switchToHttp().getRequest()
    // Fastify wraps Node's request, and keeps on the wrapper what its parsers made.
    const { raw = request, rawBody, body } = request
    try {
      const delivery = await receiver.verify(nodeRequest(raw, { parsed: [rawBody, body], remedy: REMEDY }))
      rememberDelivery(request, { delivery, app })
      return true
    } catch (error) {
      throw nestError(error, context)
    }
  }
}

/** {@link GitHubWebhookGuard} for an app with a name: `@UseGuards(githubWebhookGuard('ghes'))`. */
export function githubWebhookGuard(app: string): Type<CanActivate> {
  class NamedGitHubWebhookGuard extends GitHubWebhookGuard {
    protected override readonly app: string = app
  }
  return mixin(NamedGitHubWebhookGuard)
}
