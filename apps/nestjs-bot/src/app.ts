import type { BotEnvironment } from '@hubauth/bot'
import type { INestApplication } from '@nestjs/common'
import { ConfigModule } from '@nestjs/config'
import { NestFactory } from '@nestjs/core'
import { AppModule } from './app-module.ts'

/** The bot as a NestJS application, ready to listen. */
export function createApp(environment: BotEnvironment): Promise<INestApplication> {
  const config = ConfigModule.forRoot({
    isGlobal: true,
    ignoreEnvFile: true,
    skipProcessEnv: true,
    load: [() => environment],
  })
  return NestFactory.create(
    { module: AppModule, imports: [config] },
    { logger: ['error', 'warn'], abortOnError: false },
  )
}
