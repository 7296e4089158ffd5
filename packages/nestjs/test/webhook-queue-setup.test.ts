import { type DeliveryQueue, memoryQueue } from '@hubauth/core'
import { Logger } from '@nestjs/common'
import { describe, expect, it, vi } from 'vitest'
import {
  GitHubAuthModule,
  GitHubWebhookGuard,
  type GitHubWebhooksOptions,
  OnGitHubEvent,
} from '../src/index.ts'
import { OFFLINE, SECRET, startApp } from './start-app.ts'
import { startQueueing } from './start-queueing.ts'

describe('the setup of webhooks with a queue', () => {
  it.each([
    [{ secrets: SECRET, queue: memoryQueue() }, 'GitHub webhooks at /hooks: issues'],
    [{ queue: memoryQueue() }, 'GitHub webhooks in the queue: issues'],
    [
      { secrets: SECRET, queue: memoryQueue(), worker: false },
      'GitHub webhooks at /hooks: left to other processes',
    ],
  ])('is logged, case %#', async (webhooks, line) => {
    class Issues {
      @OnGitHubEvent('issues')
      onIssue() {}
    }
    const logged = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined)
    const webhookPath = 'secrets' in webhooks ? '/hooks' : undefined
    const { close } = await startQueueing({ webhooks, webhookPath }, { providers: [Issues] })
    expect(logged.mock.calls).toContainEqual([line])
    logged.mockRestore()
    await close()
  })

  describe('keeps an application from starting', () => {
    const secrets = SECRET
    const queue = memoryQueue()
    const untyped = { add: async () => 'queued' } as unknown as DeliveryQueue

    it.each<[string, GitHubWebhooksOptions, string]>([
      ['worker and no queue', { secrets, worker: true }, 'webhooks.worker: has no meaning without queue'],
      ['claims and a queue', { secrets, queue, claims: 'none' }, 'claims: has no meaning with queue'],
      ['a queue that nobody can work on', { secrets, queue: untyped }, 'queue: expected a DeliveryQueue'],
      ['neither secrets nor work', { queue, worker: false }, 'secrets: expected the webhook secret'],
      ['webhookPath and no secrets', { queue }, 'webhookPath: pass webhooks: { secrets }'],
    ])('with %s', async (_, webhooks, message) => {
      await expect(startQueueing({ webhooks })).rejects.toThrow(TypeError)
      await expect(startQueueing({ webhooks })).rejects.toThrow(message)
    })

    it('with GitHubWebhookGuard and no secrets', async () => {
      const imports = [GitHubAuthModule.forRoot({ ...OFFLINE, webhooks: { queue } })]
      await expect(startApp({ imports, providers: [GitHubWebhookGuard] })).rejects.toThrow(
        new TypeError('GitHubWebhookGuard: pass webhooks: { secrets } to GitHubAuthModule.forRoot().'),
      )
    })

    it('when two apps share a queue', async () => {
      const app = (name?: string) =>
        GitHubAuthModule.forRoot({ ...OFFLINE, webhooks: { secrets, queue }, name })
      await expect(startApp({ imports: [app(), app('ghes')] })).rejects.toThrow(
        /^webhooks\.queue: two apps share one/,
      )
    })
  })
})
