import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { RunningBot } from '@hubauth/bot/end-to-end'
import type { LambdaWebhookResult } from '@hubauth/node'
import { RuntimeApi } from './runtime-api.ts'

/** A bundled function, and what it runs in. */
export interface FunctionSetup {
  readonly file: string
  readonly runtime: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Runs a function in a process of its own, behind a function URL. */
export async function startFunction({ file, runtime, environment }: FunctionSetup): Promise<RunningBot> {
  const api = new RuntimeApi()
  const address = await api.listen()
  const instance = spawn(process.execPath, [runtime], {
    env: { ...environment, AWS_LAMBDA_RUNTIME_API: address, FUNCTION_FILE: file },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(instance, 'exit')
  const crashed = ended.then(() => Promise.reject(new Error('The instance ended.')))
  crashed.catch(() => undefined)
  const url = createServer(async (request, response) => {
    try {
      const result = (await Promise.race([
        api.invoke(await eventOf(request)),
        crashed,
      ])) as LambdaWebhookResult
      response.writeHead(result.statusCode, result.headers).end(result.body)
    } catch {
      response.writeHead(502).end()
    }
  })
  const close = async () => {
    url.closeAllConnections()
    await new Promise((resolve) => url.close(resolve))
    instance.kill('SIGKILL')
    await ended
    await api.close()
  }
  try {
    const freezable = { freeze: () => instance.kill('SIGSTOP'), thaw: () => instance.kill('SIGCONT') }
    await Promise.race([api.initialised(freezable), crashed])
  } catch (error) {
    await close()
    throw error
  }
  await new Promise<void>((resolve) => url.listen(0, '127.0.0.1', resolve))
  return { webhooks: `http://127.0.0.1:${(url.address() as AddressInfo).port}/`, close }
}

/** A request as a function URL puts it into an event; GitHub's JSON comes as text. */
async function eventOf(request: IncomingMessage): Promise<object> {
  return {
    version: '2.0',
    rawPath: request.url,
    headers: request.headers,
    requestContext: { http: { method: request.method, path: request.url, protocol: 'HTTP/1.1' } },
    body: await text(request),
    isBase64Encoded: false,
  }
}
