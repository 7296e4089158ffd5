import type { Delivery, GitHubInstallation, InstallationSource } from '@hubauth/core'
import { Controller, Get, Injectable, Module, Post, UseGuards } from '@nestjs/common'
import {
  GitHubAuth,
  GitHubAuthModule,
  GitHubEvent,
  GitHubWebhookGuard,
  InjectGitHubAuth,
  OnGitHubEvent,
} from '../../src/index.ts'
import { OFFLINE } from '../start-app.ts'

@Injectable()
export class Issues {
  readonly seen: unknown[] = []
  readonly #auth: InstallationSource

  constructor(@InjectGitHubAuth() auth: InstallationSource) {
    this.#auth = auth
  }

  @OnGitHubEvent('issues')
  onIssue(@GitHubEvent() delivery: Delivery, @GitHubAuth() github: GitHubInstallation) {
    this.seen.push(delivery.name, typeof github.fetch, typeof this.#auth.installation)
  }
}

@Controller()
export class AppController {
  @Get('orgs/:org')
  org(@GitHubAuth('org') github: GitHubInstallation) {
    return typeof github.fetch
  }

  @Post('guarded')
  @UseGuards(GitHubWebhookGuard)
  guarded(@GitHubEvent('name') name: string) {
    return name
  }
}

/** An application as tsx and esbuild compile it. */
@Module({
  imports: [GitHubAuthModule.forRoot({ ...OFFLINE, authorize: 'guards', webhookPath: '/hooks' })],
  controllers: [AppController],
  providers: [Issues],
})
export class AppModule {}
