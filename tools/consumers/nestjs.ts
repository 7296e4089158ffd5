import 'reflect-metadata'
import { type GitHubAuth as Auth, type DeliveryOf, GitHubInstallation, type KeySource } from '@hubauth/core'
import {
  GitHubAuth,
  GitHubAuthModule,
  GitHubEvent,
  GitHubWebhookGuard,
  githubAuthToken,
  InjectGitHubAuth,
  OnGitHubEvent,
} from '@hubauth/nestjs'
import { Controller, Get, Injectable, Module, Post, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'

const key: KeySource = { sign: async () => new Uint8Array(256) }

@Injectable()
class Greetings {
  constructor(@InjectGitHubAuth() readonly auth: Auth) {}

  @OnGitHubEvent('installation.created')
  onCreated(
    @GitHubEvent() delivery: DeliveryOf<'installation.created'>,
    @GitHubAuth() github: GitHubInstallation,
  ) {
    return [delivery.payload.installation.id, github]
  }
}

@Controller()
class Repositories {
  // By its type alone, from the metadata that the compiler emits.
  constructor(readonly greetings: Greetings) {}

  @Get(':org')
  list(@GitHubAuth('org', { permissions: { contents: 'read' } }) github: GitHubInstallation) {
    return github.fetch('/installation/repositories')
  }

  @Post('hooks')
  @UseGuards(GitHubWebhookGuard)
  receive(@GitHubEvent('payload') payload: object) {
    return Object.keys(payload)
  }
}

@Module({
  imports: [
    GitHubAuthModule.forRoot({
      appId: 1,
      key,
      authorize: () => true,
      webhooks: { secrets: 'secret' },
      isGlobal: true,
    }),
  ],
  controllers: [Repositories],
  providers: [Greetings],
})
class AppModule {}

// @ts-expect-error There is no app without a key.
void (() => GitHubAuthModule.forRoot({ appId: 1 }))

export const started = NestFactory.createApplicationContext(AppModule, {
  logger: ['error'],
  abortOnError: false,
}).then(async (app) => {
  const [, type] = Reflect.getMetadata('design:paramtypes', Greetings.prototype, 'onCreated')
  if (type !== GitHubInstallation) throw new Error('the compiler emitted no type of a parameter')
  if (app.get(Repositories).greetings.auth !== app.get<Auth>(githubAuthToken()))
    throw new Error('nothing was injected')
  await app.close()
})
