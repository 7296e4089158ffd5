import { pemKey } from '@hubauth/core'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { manualClock, rsaKey } from '@hubauth/testing'
import { Controller, Get, Inject } from '@nestjs/common'
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GitHubAuthModule, type GitHubAuthModuleOptions } from '../src/index.ts'
import { GitHubHealthIndicator, type GitHubHealthOptions } from '../src/terminus.ts'
import { startApp } from './start-app.ts'

describe('GitHubHealthIndicator', () => {
  let github: Simulator

  beforeAll(async () => {
    github = await startSimulator({
      app: { slug: 'octo-bot' },
      accounts: [{ login: 'acme', installation: {} }],
    })
  })

  afterAll(() => github.close())

  async function start(options?: Partial<GitHubAuthModuleOptions>, check: GitHubHealthOptions = {}) {
    @Controller()
    class HealthController {
      @Inject(HealthCheckService) readonly health?: HealthCheckService
      @Inject(GitHubHealthIndicator) readonly github?: GitHubHealthIndicator

      @Get('healthz')
      @HealthCheck()
      check() {
        return this.health?.check([async () => this.github?.check('github', check) ?? {}])
      }
    }
    const { clientId, privateKey } = github.app
    const { send, close } = await startApp({
      imports: [
        GitHubAuthModule.forRoot({
          appId: clientId,
          key: pemKey(privateKey),
          baseUrl: github.url,
          retryBudgetMs: 0,
          ...options,
        } as GitHubAuthModuleOptions),
        TerminusModule.forRoot({ logger: false }),
      ],
      controllers: [HealthController],
      providers: [GitHubHealthIndicator],
    })
    const probe = async () => {
      const response = await send('/healthz')
      const { details } = (await response.json()) as { readonly details: { readonly github: unknown } }
      return { status: response.status, github: details.github }
    }
    return { probe, close }
  }

  it('is up with the slug of the app', async () => {
    const { probe, close } = await start()
    expect(await probe()).toEqual({ status: 200, github: { status: 'up', app: 'octo-bot' } })
    await close()
  })

  it('asks once for all probes of ten seconds', async () => {
    const clock = manualClock(github.now)
    const { probe, close } = await start({ clock })
    const before = github.count('GET', '/app')
    await Promise.all(Array.from({ length: 20 }, probe))
    await clock.advance(9_999)
    await probe()
    expect(github.count('GET', '/app') - before).toBe(1)
    await clock.advance(1)
    await probe()
    expect(github.count('GET', '/app') - before).toBe(2)
    await close()
  })

  it('is down when GitHub does not know the key, and tells no secret', async () => {
    const { probe, close } = await start({ key: pemKey(rsaKey({ label: 'another' }).pkcs1) })
    const { status, github } = await probe()
    expect([status, github]).toEqual([
      503,
      { status: 'down', reason: expect.stringMatching(/^[A-Z_]+$|401$/) },
    ])
    await close()
  })

  it('is down when GitHub does not answer in time, or not at all', async () => {
    const hung = github.fail({ method: 'GET', route: '/app', response: 'hang' })
    const clock = manualClock(github.now)
    const { probe, close } = await start({ clock }, { timeoutMs: 1_000 })
    expect(await probe()).toEqual({ status: 503, github: { status: 'down', reason: 'TimeoutError' } })
    hung.remove()
    await clock.advance(10_000)
    expect(await probe()).toMatchObject({ status: 200 })
    await close()
    const offline = await start({ baseUrl: 'http://127.0.0.1:1' })
    expect(await offline.probe()).toMatchObject({ status: 503, github: { reason: 'GITHUB_UNAVAILABLE' } })
    await offline.close()
  })

  it("asks for an organization's app, where each has its own", async () => {
    const { clientId, privateKey } = github.app
    const organizations = { acme: { appId: clientId, key: pemKey(privateKey) } }
    const known = await start({ organizations }, { organization: 'acme' })
    expect(await known.probe()).toMatchObject({ status: 200, github: { app: 'octo-bot' } })
    await known.close()
    const unknown = await start({ organizations }, { organization: 'globex' })
    expect(await unknown.probe()).toMatchObject({ status: 503, github: { reason: 'ORGANIZATION_UNKNOWN' } })
    await unknown.close()
  })
})
