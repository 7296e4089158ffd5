import type { BotEnvironment } from '@hubauth/bot'
import { pemKey } from '@hubauth/core'
import { GitHubAuthModule } from '@hubauth/nestjs'
import { Module } from '@nestjs/common'
import { ConfigService } from '@nestjs/config'
import { HealthController } from './health-controller.ts'
import { Issues } from './issues.ts'

/** The bot as a NestJS module; it takes its configuration from a global `ConfigModule`. */
@Module({
  imports: [
    GitHubAuthModule.forRootAsync({
      webhookPath: '/github/webhooks',
      inject: [ConfigService],
      useFactory: (config: ConfigService<BotEnvironment, true>) => ({
        appId: config.get('GITHUB_APP_ID'),
        key: pemKey(config.get('GITHUB_PRIVATE_KEY')),
        baseUrl: config.get('GITHUB_API_URL'),
        webhooks: { secrets: config.get('GITHUB_WEBHOOK_SECRET') },
      }),
    }),
  ],
  controllers: [HealthController],
  providers: [Issues],
})
export class AppModule {}
