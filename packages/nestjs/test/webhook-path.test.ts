import type { WebhookReceiver } from '@hubauth/core'
import { manualClock, signedDelivery } from '@hubauth/testing'
import { Controller, Logger, Module, Post, type Provider, ShutdownSignal } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { describe, expect, it, vi } from 'vitest'
import { GitHubAuthModule, type GitHubAuthModuleExtras, OnGitHubEvent } from '../src/index.ts'
import { slowHandler } from './slow-handler.ts'
import { adapters, OFFLINE, SECRET, startApp } from './start-app.ts'

describe.each(adapters)('webhookPath on %s', (_, adapter) => {
  it('is exactly that path: others are routes, a query does not matter', async () => {
    @Controller()
    class HooksController {
      @Post('/hooks/more')
      more() {
        return 'route'
      }
    }
    const { send, close } = await startApp({
      adapter: adapter(),
      imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: '/hooks' })],
      controllers: [HooksController],
    })
    const delivery = signedDelivery({ secret: SECRET })
    expect(await (await send('/hooks?from=github', delivery)).json()).toEqual({ status: 'ignored' })
    expect(await (await send('/hooks/more', delivery)).text()).toBe('route')
    for (const path of ['/hooks/', '//hooks', '/HOOKS', '/api/hooks', '/%68ooks', '/hooks%2F', '/'])
      expect([path, (await send(path, delivery)).status]).toEqual([path, 404])
    await close()
  })

  it('is logged once, with the events that are handled', async () => {
    class Events {
      @OnGitHubEvent('push')
      @OnGitHubEvent('issues.opened')
      onSome() {}

      @OnGitHubEvent('push')
      @OnGitHubEvent('*', { app: 'ghes' })
      onPush() {}
    }
    expect(await linesOf({ webhookPath: '/hooks' }, [Events])).toEqual([
      ['log', 'GitHub webhooks at /hooks: issues.opened, push'],
      ['log', 'GitHub webhooks at /ghes: *'],
    ])
  })

  it('is logged with a warning when nothing is handled', async () => {
    class Ghes {
      @OnGitHubEvent('*', { app: 'ghes' })
      onAny() {}
    }
    expect(await linesOf({ webhookPath: '/hooks' }, [Ghes])).toEqual([
      [
        'warn',
        'GitHub webhooks at /hooks: no @OnGitHubEvent() methods among the providers, so every delivery is ignored, unless you call on() of @InjectGitHubWebhooks() yourself.',
      ],
      ['log', 'GitHub webhooks at /ghes: *'],
    ])
  })

  it('is missed, with a warning, where there is something to handle', async () => {
    class Issues {
      @OnGitHubEvent('issues.opened')
      onOpened() {}

      @OnGitHubEvent('*', { app: 'ghes' })
      onAny() {}
    }
    expect(await linesOf({}, [Issues])).toEqual([
      [
        'warn',
        'There are @OnGitHubEvent() methods (issues.opened) and no webhookPath: nothing calls them, unless you call receive() of @InjectGitHubWebhooks() yourself.',
      ],
      ['log', 'GitHub webhooks at /ghes: *'],
    ])
  })

  /** What an application with two apps says of its webhooks when it starts. */
  async function linesOf(extras: GitHubAuthModuleExtras, providers: Provider[]) {
    const lines: unknown[] = []
    for (const level of ['log', 'warn'] as const)
      vi.spyOn(Logger.prototype, level).mockImplementation((line) => {
        if (/webhook/i.test(line)) lines.push([level, line])
      })
    const { close } = await startApp({
      adapter: adapter(),
      imports: [
        GitHubAuthModule.forRoot({ ...OFFLINE, ...extras }),
        GitHubAuthModule.forRoot({ ...OFFLINE, name: 'ghes', webhookPath: '/ghes' }),
      ],
      providers,
    })
    vi.restoreAllMocks()
    await close()
    return lines
  }

  it('drains on shutdown: running handlers finish, new deliveries get 503', async () => {
    const { Issues, order, isStarted, finish } = slowHandler()
    const { app, send, close } = await startApp({
      adapter: adapter(),
      options: { forceCloseConnections: false },
      imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: '/hooks' })],
      providers: [Issues],
    })
    const receiver = app.get<WebhookReceiver>('@hubauth/nestjs:receiver:default')
    const isClosing = new Promise<void>((resolve) => {
      const { close } = receiver
      receiver.close = () => {
        resolve()
        return close.call(receiver)
      }
    })
    const running = send('/hooks', signedDelivery({ secret: SECRET, id: 'd-1' }))
    await isStarted
    const closing = close()
    await isClosing
    const late = await send('/hooks', signedDelivery({ secret: SECRET, id: 'd-2' }))
    expect([late.status, await late.json()]).toMatchObject([503, { error: { code: 'WEBHOOK_CLOSED' } }])
    finish()
    expect((await running).status).toBe(200)
    await closing
    expect(order).toEqual(['destroyed', 'handled'])
  })

  it('goes on with the shutdown after drainMs, when a handler hangs, and says so', async () => {
    const { Issues, order, isStarted } = slowHandler()
    const clock = manualClock()
    const warned = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined)
    const { send, close } = await startApp({
      adapter: adapter(),
      imports: [
        GitHubAuthModule.forRoot({
          ...OFFLINE,
          webhooks: { secrets: SECRET, acknowledgeAfterMs: 0 },
          webhookPath: '/hooks',
          drainMs: 5_000,
          clock,
        }),
      ],
      providers: [Issues],
    })
    expect((await send('/hooks', signedDelivery({ secret: SECRET }))).status).toBe(202)
    await isStarted
    const closing = close()
    await clock.untilSleeping()
    expect(warned).not.toHaveBeenCalled()
    await clock.advance(5_000)
    await closing
    expect(warned.mock.calls).toEqual([
      ['webhook handlers still run after 5000 ms; shutdown goes on without them'],
    ])
    expect(order).toEqual(['destroyed'])
    warned.mockRestore()
  })
})

describe('webhookPath on Fastify', () => {
  it('takes what app.inject() sends', async () => {
    const { app, close } = await startApp({
      adapter: new FastifyAdapter(),
      imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: '/hooks' })],
    })
    const { method, headers, body } = signedDelivery({ secret: SECRET })
    const response = await (app as NestFastifyApplication).inject({
      method,
      url: '/hooks',
      headers,
      payload: Buffer.from(body),
    })
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'ignored' }])
    await close()
  })
})

describe('webhookPath on a FastifyAdapter with skipMiddie', () => {
  it('keeps the application from starting, and says why', async () => {
    const imports = [GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: '/hooks' })]
    const adapter = () => new FastifyAdapter({ skipMiddie: true })
    const message = /^webhookPath: the server takes no middleware; create FastifyAdapter without skipMiddie/
    await expect(startApp({ adapter: adapter(), imports })).rejects.toThrow(message)
    @Module({ imports })
    class AppModule {}
    const app = await NestFactory.create(AppModule, adapter(), { logger: false, abortOnError: false })
    await expect(app.init()).rejects.toThrow(message)
    await app.close()
  })
})

describe('GitHubAuthModule on a signal', () => {
  it('lets running handlers finish before the process ends', async () => {
    const { Issues, order, isStarted, finish } = slowHandler()
    const { send } = await startApp({
      imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: '/hooks' })],
      providers: [Issues],
      prepare: (app) => app.enableShutdownHooks([ShutdownSignal.SIGUSR2]),
    })
    const isKilled = new Promise<unknown>((resolve) => {
      vi.spyOn(process, 'kill').mockImplementation((_, signal) => {
        order.push('killed')
        resolve(signal)
        return true
      })
    })
    const running = send('/hooks', signedDelivery({ secret: SECRET }))
    await isStarted
    process.emit('SIGUSR2', 'SIGUSR2')
    finish()
    expect((await running).status).toBe(200)
    expect(await isKilled).toBe('SIGUSR2')
    expect(order.at(-1)).toBe('killed')
    expect(order).toContain('handled')
    vi.restoreAllMocks()
  })
})
