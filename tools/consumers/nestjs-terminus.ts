import 'reflect-metadata'
import type { KeySource } from '@hubauth/core'
import { GitHubAuthModule } from '@hubauth/nestjs'
import { GitHubHealthIndicator } from '@hubauth/nestjs/terminus'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { HealthCheckService, TerminusModule } from '@nestjs/terminus'

const key: KeySource = { sign: async () => new Uint8Array(256) }

@Controller('health')
class Health {
  constructor(
    readonly health: HealthCheckService,
    readonly github: GitHubHealthIndicator,
  ) {}

  @Get()
  check() {
    return this.health.check([() => this.github.check('github', { timeoutMs: 1_000 })])
  }
}

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), GitHubAuthModule.forRoot({ appId: 1, key })],
  controllers: [Health],
  providers: [GitHubHealthIndicator],
})
class AppModule {}

export const started = NestFactory.createApplicationContext(AppModule, {
  logger: ['error'],
  abortOnError: false,
}).then(async (app) => {
  const { health, github } = app.get(Health)
  const isInjected = health instanceof HealthCheckService && github instanceof GitHubHealthIndicator
  if (!isInjected) throw new Error('nothing was injected')
  await app.close()
})
