import type { WebhookReceiver } from '@hubauth/core'
import { signedDelivery } from '@hubauth/testing'
import { Controller, Injectable, Logger, type OnModuleDestroy, Post, ShutdownSignal } from '@nestjs/common'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { describe, expect, it, vi } from 'vitest'
import { GitHubAuthModule, OnGitHubEvent } from '../src/index.ts'
import { adapters, OFFLINE, SECRET, startApp } from './start-app.ts'

/** A handler that runs until it is told to finish, and the order in which things end. */
function slowHandler() {
  const order: string[] = []
  let finish: () => void = () => undefined
  let started: () => void = () => undefined
  const isStarted = new Promise<void>((resolve) => {
    started = resolve
  })
  const told = new Promise<void>((resolve) => {
    finish = resolve
  })
  @Injectable()
  class Issues implements OnModuleDestroy {
    @OnGitHubEvent('issues')
    async onIssue() {
      started()
      await told
      order.push('handled')
    }

    onModuleDestroy() {
      order.push('destroyed')
    }
  }
  return { Issues, order, isStarted, finish: () => finish() }
}

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
    for (const path of ['/hooks/', '/HOOKS', '/api/hooks', '/%68ooks', '/'])
      expect([path, (await send(path, delivery)).status]).toEqual([path, 404])
    await close()
  })

  it('is logged once', async () => {
    const logged = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined)
    const { close } = await startApp({
      adapter: adapter(),
      imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: '/hooks' })],
    })
    const lines = logged.mock.calls.flat().filter((line) => `${line}`.includes('GitHub webhooks'))
    expect(lines).toEqual(['GitHub webhooks at /hooks'])
    logged.mockRestore()
    await close()
  })

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
