import fastify from 'fastify'
import { expect, it } from 'vitest'
import { githubWebhooks, verifyGitHubWebhook } from '../src/index.ts'

const EXPECTED = 'Expected the receiver that createWebhookReceiver() makes.'

it('githubWebhooks is not mounted without a receiver', async () => {
  const app = fastify()
  await expect(async () => app.register(githubWebhooks, { receiver: undefined as never })).rejects.toThrow(
    EXPECTED,
  )
})

it('verifyGitHubWebhook is not mounted without a receiver', () => {
  expect(() => verifyGitHubWebhook(undefined as never)).toThrow(EXPECTED)
})
