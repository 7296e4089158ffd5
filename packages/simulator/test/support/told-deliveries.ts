import type { AppSeed, Simulator } from '../../src/index.ts'
import { appJwt } from './app-jwt.ts'
import { type Answer, call, startTestGitHub } from './test-github.ts'
import { type Receiver, startReceiver } from './webhook-receiver.ts'

export const DAY_MS = 86_400_000
export const MEBIBYTE = 1_048_576
export const DELIVERIES = 'GET /app/hook/deliveries'

/** A GitHub whose app is told of things, and who it is told to. */
export async function told(
  answer: number | 'never' = 202,
  { app = {}, webhookTimeoutMs = 10_000 }: { app?: AppSeed; webhookTimeoutMs?: number } = {},
): Promise<{ github: Simulator; receiver: Receiver }> {
  const receiver = await startReceiver(answer)
  const github = await startTestGitHub({
    app: { webhookUrl: receiver.url, events: ['repository'], ...app },
    webhookTimeoutMs,
  })
  return { github, receiver }
}

export function asApp(github: Simulator, endpoint: string, body?: unknown): Promise<Answer> {
  return call(github, endpoint, { auth: appJwt(github), ...(body === undefined ? {} : { body }) })
}

/** The newest delivery, with everything the API says of it. */
export async function newest(github: Simulator): Promise<Answer['json']> {
  const [item] = (await asApp(github, `${DELIVERIES}?per_page=1`)).json
  return (await asApp(github, `${DELIVERIES}/${item.id}`)).json
}

export async function ping(github: Simulator, times = 1): Promise<void> {
  for (let sent = 0; sent < times; sent += 1) {
    github.ping()
    await github.settled()
  }
}
