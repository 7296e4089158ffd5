import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BotEnvironment } from '@hubauth/bot'
import { createApp as createExpressApp } from '@hubauth/express-bot'
import { createApp as createKoaApp } from '@hubauth/koa-bot'
import { createApp as createNestApp } from '@hubauth/nestjs-bot'

/** The same bot, in the server of one framework. */
export interface BotServer {
  readonly framework: string
  /** Where it takes deliveries. */
  readonly webhooks: string
  close(): Promise<void>
}

/** Starts the bot on Express, on Koa and on NestJS, each on a free port of this machine. */
export async function startServers(environment: BotEnvironment): Promise<readonly BotServer[]> {
  return [
    await listen('Express', createExpressApp(environment)),
    await listen('Koa', createKoaApp(environment).callback()),
    await startNest(environment),
  ]
}

async function listen(framework: string, listener: RequestListener): Promise<BotServer> {
  const server = createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    framework,
    webhooks: `http://127.0.0.1:${port}/github/webhooks`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function startNest(environment: BotEnvironment): Promise<BotServer> {
  const app = await createNestApp(environment)
  await app.listen(0, '127.0.0.1')
  return {
    framework: 'NestJS',
    webhooks: `${await app.getUrl()}/github/webhooks`,
    close: () => app.close(),
  }
}
