// Compiled by `tsc`, never run: what must and must not type-check, with NestJS 12 and 11.
import {
  type Delivery,
  type GitHubInstallation,
  type InstallationToken,
  memoryQueue,
  pemKey,
} from '@hubauth/core'
import {
  type AuthorizeGitHub,
  GitHubAuth,
  GitHubAuthModule,
  type GitHubAuthOptionsFactory,
  GitHubEvent,
  GitHubToken,
  GitHubWebhookGuard,
  githubAuthToken,
  githubWebhookGuard,
  InjectGitHubAuth,
  InjectGitHubWebhooks,
  OnGitHubEvent,
} from '@hubauth/nestjs'
import { GitHubHealthIndicator } from '@hubauth/nestjs/terminus'
import {
  Controller,
  type DynamicModule,
  type ExecutionContext,
  Get,
  Injectable,
  Post,
  UseGuards,
} from '@nestjs/common'
import { HealthCheckService } from '@nestjs/terminus'
import { Test } from '@nestjs/testing'

const app = { appId: 1, key: pemKey('') }
const authorize: AuthorizeGitHub = (context, { owner }) =>
  context.switchToHttp().getRequest<{ org: string }>().org === owner

GitHubAuthModule.forRoot(app) satisfies DynamicModule
GitHubAuthModule.forRoot({ ...app, authorize, webhooks: { secrets: ['new', 'old'] }, webhookPath: '/hooks' })
GitHubAuthModule.forRoot({ organizations: { acme: app }, authorize: 'guards', name: 'ghes', isGlobal: false })
GitHubAuthModule.forRoot({ ...app, webhooks: { secrets: 'secret', queue: memoryQueue(), worker: false } })
GitHubAuthModule.forRoot({ ...app, webhooks: { queue: memoryQueue() } })
GitHubAuthModule.forRootAsync({
  inject: ['config'],
  useFactory: async (id: number) => ({ ...app, appId: id, webhooks: { secrets: 'secret' } }),
  webhookPath: '/hooks',
})

class Options implements GitHubAuthOptionsFactory {
  createGitHubAuthOptions() {
    return app
  }
}
GitHubAuthModule.forRootAsync({ useClass: Options })

@Injectable()
export class Issues {
  @InjectGitHubAuth('ghes') readonly auth: unknown

  constructor(@InjectGitHubWebhooks() readonly webhooks: unknown) {}

  @OnGitHubEvent('issues.opened', { app: 'ghes' })
  @OnGitHubEvent('issues.reopened', { app: 'ghes' })
  onIssue(@GitHubEvent() _delivery: Delivery, @GitHubAuth() _github: GitHubInstallation) {}
}

@Controller()
export class OrgsController {
  @Get(':org')
  list(
    @GitHubAuth('org') _org: GitHubInstallation,
    @GitHubAuth({ header: 'x-org' }, { permissions: { issues: 'read' } }) _other: GitHubInstallation,
    @GitHubToken({ installationId: async (_context: ExecutionContext) => 7 }) _token: InstallationToken,
  ) {}

  @Post('hooks')
  @UseGuards(GitHubWebhookGuard, githubWebhookGuard('ghes'))
  hook(@GitHubEvent('payload') _payload: object) {}
}

export const check = (health: HealthCheckService, github: GitHubHealthIndicator) =>
  health.check([() => github.check('github', { app: 'ghes', timeoutMs: 1_000 })])

export const testing = Test.createTestingModule({}).overrideProvider(githubAuthToken('ghes')).useValue({})

// @ts-expect-error it stands beside useFactory
GitHubAuthModule.forRootAsync({ useFactory: () => ({ ...app, webhookPath: '/hooks' }) })
// @ts-expect-error it stands beside useFactory
GitHubAuthModule.forRootAsync({ useFactory: async () => ({ ...app, name: 'ghes' }) })
// @ts-expect-error a key is needed
GitHubAuthModule.forRoot({ appId: 1 })
// @ts-expect-error the module makes the auth of its receiver
GitHubAuthModule.forRoot({ ...app, webhooks: { secrets: 'secret', auth: { forDelivery: () => 1 } } })
// @ts-expect-error there is no third way
GitHubAuthModule.forRoot({ ...app, authorize: 'nobody' })
// @ts-expect-error an owner; numbers are for installationId
GitHubAuth(() => 7)
// @ts-expect-error deliveries have no such property
GitHubEvent('title')
// @ts-expect-error an event is needed
OnGitHubEvent()
