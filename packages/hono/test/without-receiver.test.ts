import { expect, it } from 'vitest'
import { githubWebhooks, verifyGitHubWebhook } from '../src/index.ts'

it.each([
  ['githubWebhooks', githubWebhooks],
  ['verifyGitHubWebhook', verifyGitHubWebhook],
])('%s is not mounted without a receiver', (_, mount) => {
  for (const wrong of [undefined, null, {}])
    expect(() => mount(wrong as never)).toThrow('Expected the receiver that createWebhookReceiver() makes.')
})
