import {
  type Delivery,
  type DeliveryQueue,
  type GitHubInstallation,
  type HubauthEvent,
  memoryQueue,
  type WebhookReceiver,
} from '@hubauth/core'
import { manualClock, signedDelivery } from '@hubauth/testing'
import {
  type BeforeApplicationShutdown,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  Logger,
  Module,
  type NestInterceptor,
  type OnModuleInit,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { tap } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import {
  GitHubAuth,
  GitHubAuthModule,
  GitHubEvent,
  githubWebhookReceiverToken,
  OnGitHubEvent,
} from '../src/index.ts'
import { slowHandler } from './slow-handler.ts'
import { adapters, OFFLINE, SECRET } from './start-app.ts'
import { deliver, QUEUED, startQueueing } from './start-queueing.ts'

describe.each(adapters)('webhooks with a queue, on %s', (_, adapter) => {
  it('runs a handler once for a delivery, after the answer, and knows duplicates', async () => {
    const { Issues, order, isStarted, finish } = slowHandler()
    const webhooks = { secrets: SECRET, queue: memoryQueue() }
    const started = await startQueueing({ webhooks }, { adapter: adapter(), providers: [Issues] })
    const delivery = signedDelivery({ secret: SECRET })
    expect(await deliver(started, delivery)).toEqual(QUEUED)
    await isStarted
    expect(order).toEqual([])
    expect(await deliver(started, delivery)).toEqual([200, { status: 'duplicate' }])
    finish()
    await vi.waitFor(() => expect(order).toEqual(['handled']))
    expect(await deliver(started, delivery)).toEqual([200, { status: 'duplicate' }])
    await started.close()
    expect(order).toEqual(['handled', 'destroyed'])
  })
})

describe('webhooks with a queue', () => {
  it('runs guards and interceptors, and injects what parameters are decorated with', async () => {
    const seen: unknown[] = []
    class Guard implements CanActivate {
      canActivate(context: ExecutionContext) {
        seen.push(`guard ${context.getType<string>()}`)
        return true
      }
    }
    class Interceptor implements NestInterceptor {
      intercept(_context: ExecutionContext, next: CallHandler) {
        return next.handle().pipe(tap((result) => seen.push(`after ${result}`)))
      }
    }
    @Injectable()
    @UseGuards(Guard)
    class Issues {
      @OnGitHubEvent('issues')
      @OnGitHubEvent('issues.opened')
      @UseInterceptors(Interceptor)
      onIssue(@GitHubEvent() { name, owner }: Delivery, @GitHubAuth() github: GitHubInstallation) {
        seen.push([name, owner, typeof github.fetch])
        return 'issue'
      }
    }
    const webhooks = { secrets: SECRET, queue: memoryQueue() }
    const started = await startQueueing({ webhooks }, { providers: [Issues] })
    await deliver(started)
    await vi.waitFor(() => expect(seen).toContain('after issue'))
    expect(seen).toEqual(['guard github', ['issues.opened', 'acme', 'function'], 'after issue'])
    await started.close()
  })

  it('tries again what fails, and tells onError and observe of every attempt', async () => {
    const names: string[] = []
    const errors: unknown[] = []
    const events: HubauthEvent[] = []
    class Issues {
      @OnGitHubEvent('issues')
      onIssue({ name }: Delivery) {
        if (names.push(name) < 3) throw new Error(`no database, ${names.length}`)
      }
    }
    const started = await startQueueing(
      {
        webhooks: {
          secrets: SECRET,
          queue: memoryQueue({ firstBackoffMs: 0 }),
          onError: (error, delivery) => errors.push([error, delivery?.id]),
          observe: (event) => events.push(event),
        },
      },
      { providers: [Issues] },
    )
    expect(await deliver(started, signedDelivery({ secret: SECRET, id: 'd-1' }))).toEqual(QUEUED)
    await vi.waitFor(() => expect(names).toHaveLength(3))
    await started.close()
    expect(errors).toEqual([
      [new Error('no database, 1'), 'd-1'],
      [new Error('no database, 2'), 'd-1'],
    ])
    expect(events).toMatchObject([
      { type: 'delivery', outcome: 'queued' },
      { type: 'job', attempt: 1, outcome: 'failed' },
      { type: 'job', attempt: 2, outcome: 'failed' },
      { type: 'job', attempt: 3, outcome: 'handled' },
    ])
  })

  it("logs with Nest's Logger what a handler throws, unless there is an onError", async () => {
    class Issues {
      @OnGitHubEvent('issues')
      fails() {
        throw new Error('no database')
      }
    }
    const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined)
    const webhooks = { secrets: SECRET, queue: memoryQueue({ attempts: 1 }) }
    const started = await startQueueing({ webhooks }, { providers: [Issues] })
    await deliver(started, signedDelivery({ secret: SECRET, id: 'd-1' }))
    await vi.waitFor(() =>
      expect(logged.mock.calls).toEqual([
        [expect.stringMatching(/^delivery d-1 \("issues\.opened"\): Error: no database\n/)],
      ]),
    )
    logged.mockRestore()
    await started.close()
  })

  it('takes nothing from the queue before all modules are initialized', async () => {
    const order: string[] = []
    const clock = manualClock()
    const queue = memoryQueue({ clock })
    const receiving = await startQueueing({ webhooks: { secrets: SECRET, queue, worker: false } })
    await deliver(receiving)
    @Injectable()
    class Issues implements OnModuleInit {
      async onModuleInit() {
        // The queue hands out what it has a moment after a worker has started.
        await clock.advance(1)
        order.push('initialized')
      }

      @OnGitHubEvent('issues')
      onIssue() {
        order.push('handled')
      }
    }
    const working = await startQueueing({ webhooks: { secrets: SECRET, queue } }, { providers: [Issues] })
    await clock.advance(1)
    expect(order).toEqual(['initialized', 'handled'])
    await working.close()
    await receiving.close()
  })

  it('leaves the queue to other processes with worker: false; one that only works needs no secret', async () => {
    const queue = memoryQueue()
    const handled: string[] = []
    const issues = (where: string) => {
      @Injectable()
      class Issues {
        @OnGitHubEvent('issues')
        onIssue() {
          handled.push(where)
        }
      }
      return Issues
    }
    const webhooks = { secrets: SECRET, queue, worker: false }
    const receiving = await startQueueing({ webhooks }, { providers: [issues('here')] })
    expect(await deliver(receiving)).toEqual(QUEUED)
    @Module({
      imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhooks: { queue } })],
      providers: [issues('there')],
    })
    class WorkerModule {}
    const working = await NestFactory.createApplicationContext(WorkerModule, { logger: false })
    await vi.waitFor(() => expect(handled).toEqual(['there']))
    expect(await deliver(receiving)).toEqual(QUEUED)
    await vi.waitFor(() => expect(handled).toEqual(['there', 'there']))
    const receiver = working.get<WebhookReceiver>(githubWebhookReceiverToken())
    expect(() =>
      receiver.verify({ method: 'POST', header: () => undefined, body: async () => new Uint8Array() }),
    ).toThrow('this app takes no webhooks: pass webhooks: { secrets }')
    await working.close()
    // Nobody works any more.
    expect(await deliver(receiving)).toEqual(QUEUED)
    await receiving.close()
    expect(handled).toEqual(['there', 'there'])
  })

  it('also runs handlers that are added to the injected receiver', async () => {
    const handled: string[] = []
    const webhooks = { secrets: SECRET, queue: memoryQueue() }
    const started = await startQueueing(
      { webhooks },
      {
        prepare: (app) =>
          app
            .get<WebhookReceiver>(githubWebhookReceiverToken())
            .on('issues', ({ name }) => handled.push(name))
            .on('push', ({ name }) => handled.push(name)),
      },
    )
    await deliver(started)
    await deliver(started, signedDelivery({ secret: SECRET, event: 'push', payload: {} }))
    await vi.waitFor(() => expect(handled).toEqual(['issues.opened', 'push']))
    await started.close()
  })

  it('waits on shutdown for the running handler, and takes nothing more', async () => {
    const { Issues, order, isStarted, finish } = slowHandler()
    class Database implements BeforeApplicationShutdown {
      beforeApplicationShutdown() {
        order.push('disconnected')
      }
    }
    const webhooks = { secrets: SECRET, queue: memoryQueue({ concurrency: 1 }) }
    const started = await startQueueing(
      { webhooks },
      { providers: [Issues, Database], options: { forceCloseConnections: false } },
    )
    await deliver(started)
    await isStarted
    expect(await deliver(started)).toEqual(QUEUED)
    const closing = started.close()
    await vi.waitFor(() => expect(order).toEqual(['destroyed']))
    expect(await deliver(started)).toMatchObject([503, { error: { code: 'WEBHOOK_CLOSED' } }])
    finish()
    await closing
    expect(order).toEqual(['destroyed', 'handled', 'disconnected'])
  })

  it('goes on with the shutdown after drainMs, when a handler hangs, and says so', async () => {
    const { Issues, order, isStarted } = slowHandler()
    const clock = manualClock()
    const warned = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined)
    const webhooks = { secrets: SECRET, queue: memoryQueue() }
    const started = await startQueueing({ webhooks, clock, drainMs: 5_000 }, { providers: [Issues] })
    await deliver(started)
    await isStarted
    const closing = started.close()
    await clock.untilSleeping()
    expect(warned).not.toHaveBeenCalled()
    await clock.advance(5_000)
    await closing
    expect(warned).toHaveBeenCalledOnce()
    expect(order).toEqual(['destroyed'])
    warned.mockRestore()
  })

  it('closes the rest of the application when the queue cannot be closed, and logs why', async () => {
    const { Issues, order } = slowHandler()
    const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined)
    const queue: DeliveryQueue = {
      add: async () => 'queued',
      process: () => ({ close: () => Promise.reject(new Error('connection lost')) }),
    }
    const started = await startQueueing({ webhooks: { secrets: SECRET, queue } }, { providers: [Issues] })
    await started.close()
    expect(order).toEqual(['destroyed'])
    expect(logged.mock.calls).toEqual([[expect.stringMatching(/^Error: connection lost\n/)]])
    logged.mockRestore()
  })
})
