import { createFetchHandler } from '@hubauth/core'
import * as express from '@hubauth/express'
import * as fastifyMounts from '@hubauth/fastify'
import * as hono from '@hubauth/hono'
import * as koa from '@hubauth/koa'
import { lambdaWebhooks, nodeWebhooks } from '@hubauth/node'
import fastify from 'fastify'
import { expect, test } from 'vitest'

/** What people call who paste without a compiler, by the name in the report. */
const MOUNTS: Readonly<Record<string, (receiver: never) => unknown>> = {
  createFetchHandler,
  nodeWebhooks,
  lambdaWebhooks,
  'githubWebhooks of Express': express.githubWebhooks,
  'verifyGitHubWebhook of Express': express.verifyGitHubWebhook,
  'githubWebhooks of Koa': koa.githubWebhooks,
  'verifyGitHubWebhook of Koa': koa.verifyGitHubWebhook,
  'githubWebhooks of Hono': hono.githubWebhooks,
  'verifyGitHubWebhook of Hono': hono.verifyGitHubWebhook,
  'githubWebhooks of Fastify': (receiver) => fastify().register(fastifyMounts.githubWebhooks, { receiver }),
  'verifyGitHubWebhook of Fastify': fastifyMounts.verifyGitHubWebhook,
}

test.for(Object.entries(MOUNTS))('%s refuses at once what is no receiver', async ([, mount]) => {
  for (const wrong of [undefined, null, {}] as readonly unknown[] as readonly never[])
    await expect(async () => mount(wrong)).rejects.toThrow(
      'Expected the receiver that createWebhookReceiver() makes.',
    )
})
