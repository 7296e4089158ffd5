import type { AddressInfo } from 'node:net'
import { createWebhookReceiver } from '@hubauth/core'
import { githubWebhooks } from '@hubauth/express'
import express from 'express'
import { started, tell, tellProblem } from './start.ts'

const { start, queue } = await started()
const receiver = createWebhookReceiver({ secrets: start.webhookSecret, queue, onError: tellProblem })
const server = express()
  .post('/github/webhooks', githubWebhooks(receiver))
  .listen(0, '127.0.0.1', () => tell({ ready: { port: (server.address() as AddressInfo).port } }))
