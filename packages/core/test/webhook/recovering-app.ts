import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { onTestFinished } from 'vitest'
import {
  createFetchHandler,
  createGitHubAuth,
  createWebhookReceiver,
  type GitHubApp,
  pemKey,
  type RecoveryOptions,
  type RecoveryReport,
  redeliverFailed,
} from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { MINUTE_MS } from './delivery-list.ts'

/**
 * What its server does with deliveries: handles them, has handlers that fail, or that are done when it is up again, never
 * answers, or is not there.
 */
export type Health = 'up' | 'failing' | 'slow' | 'silent' | 'down'

/** An app on the simulator, with a receiver behind a real server. */
export interface RecoveringApp {
  readonly github: Simulator
  readonly app: GitHubApp
  /** GUIDs, as often as their handlers were done. */
  readonly handled: string[]
  health(health: Health): Promise<void>
  /** Sends so many webhooks, and returns their GUIDs. */
  deliver(count: number, event?: string): Promise<string[]>
  /** Lets the time pass that a first failure is left alone, sweeps, and waits for what was redelivered. */
  sweep(options?: RecoveryOptions & { readonly afterMs?: number }): Promise<RecoveryReport>
}

/** Starts one for one test. */
export async function startRecoveringApp({ webhookTimeoutMs = 10_000 } = {}): Promise<RecoveringApp> {
  const handled: string[] = []
  let current: Health = 'up'
  const receiver = createWebhookReceiver({ secrets: 'secret', onError: () => undefined })
  let isUpAgain = deferred<void>()
  receiver.on('*', async ({ id }) => {
    if (current === 'slow') await isUpAgain.promise
    if (current === 'failing') throw new Error('the database is down')
    handled.push(id)
  })
  const handle = createFetchHandler(receiver)
  const server = createServer(async (request, response) => {
    if (current !== 'silent') await answer(handle, request, response)
  })
  const port = await listen(server, 0)
  const key = rsaKey()
  const github = await startSimulator({
    accounts: [{ login: 'acme', installation: { id: 7 } }],
    app: {
      privateKey: key.pkcs1,
      webhookUrl: `http://127.0.0.1:${port}/hook`,
      webhookSecret: 'secret',
    },
    webhookTimeoutMs,
  })
  onTestFinished(async () => {
    await github.close()
    server.closeAllConnections()
    server.close()
  })
  const { app } = createGitHubAuth({
    appId: github.app.clientId,
    key: pemKey(key.pkcs1),
    baseUrl: github.url,
  })
  return {
    github,
    app,
    handled,
    async health(health) {
      if (current === 'down') await listen(server, port)
      if (health === 'down') await new Promise((resolve) => server.close(resolve))
      current = health
      if (health === 'slow') isUpAgain = deferred()
      else isUpAgain.resolve()
    },
    async deliver(count, event = 'issues') {
      const sent = Array.from({ length: count }, () =>
        github.deliver({ event, action: 'opened', payload: { issue: {} }, installation: 'acme' }),
      )
      return (await Promise.all(sent)).map(({ guid }) => guid)
    },
    async sweep({ afterMs = MINUTE_MS + 1_000, ...options } = {}) {
      github.advance(afterMs)
      const report = await redeliverFailed(app, { perMinute: Number.POSITIVE_INFINITY, ...options })
      await github.settled()
      return report
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function answer(
  handle: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
  const body = Buffer.concat(chunks)
  const request = new Request('http://localhost/hook', { method: 'POST', headers, body })
  const response = await handle(request)
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text())
}
