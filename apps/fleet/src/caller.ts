import { setTimeout } from 'node:timers/promises'
import { redisCache } from '@hubauth/cache-redis'
import {
  createGitHubAuth,
  createWebhookReceiver,
  type GitHubAuth,
  type InstallationTarget,
  pemKey,
  type WebhookReceiver,
} from '@hubauth/core'
import { CallCounter, reasonOf } from './call-counter.ts'
import { connectRedis } from './connect-redis.ts'
import { MovedClock } from './moved-clock.ts'
import type {
  Burst,
  CallerOptions,
  CallsReport,
  Loops,
  Questions,
  Request,
  TokenCall,
  Told,
} from './protocol.ts'
import { ToldLog } from './told-log.ts'

/** Between two calls of a loop: tokens from memory would leave nothing of the processor to anybody else. */
const LOOP_PAUSE_MS = 2

interface Running {
  readonly counter: CallCounter
  readonly loops: Promise<unknown>
  isOver: boolean
}

interface Parts {
  readonly auth: GitHubAuth
  readonly receiver: Pick<WebhookReceiver, 'receive'>
  readonly clock: MovedClock
  readonly log: ToldLog
}

/** Makes what one process of the fleet is: callers that need tokens, and a receiver. */
export async function createCaller(options: CallerOptions): Promise<Caller> {
  const { redisUrl, sealWith, prefix, appId, privateKey, baseUrl, webhookSecret, timeoutMs } = options
  const clock = new MovedClock()
  const log = new ToldLog()
  const client = await connectRedis[options.client](redisUrl)
  const auth = createGitHubAuth({
    appId,
    key: pemKey(privateKey),
    baseUrl,
    cache: redisCache({ client, sealWith, prefix, clock }),
    clock,
    timeoutMs,
    observe: log.observe,
    onProblem: log.problem,
  })
  const receiver = createWebhookReceiver({ secrets: webhookSecret, auth, onError: log.problem })
  return new Caller({ auth, receiver, clock, log })
}

/** What {@link createCaller} makes. */
export class Caller implements Omit<Questions, 'start'> {
  readonly #parts: Parts
  #running: Running | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Takes deliveries, and tells core of what changes. */
  get receiver(): Pick<WebhookReceiver, 'receive'> {
    return this.#parts.receiver
  }

  async token(target: InstallationTarget): Promise<TokenCall> {
    try {
      const { value, permissions } = await this.#parts.auth.installation(target).token()
      return { value, permissions }
    } catch (error) {
      return { error: reasonOf(error) }
    }
  }

  async burst({ installationIds, callers, atOnce = installationIds.length }: Burst): Promise<CallsReport> {
    const counter = new CallCounter()
    const ids = installationIds.values()
    const lane = async () => {
      for (const id of ids) await Promise.all(Array.from({ length: callers }, () => this.#count(counter, id)))
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    return counter.report()
  }

  async startLoops({ installationIds, loops }: Loops): Promise<void> {
    const counter = new CallCounter()
    const loop = async (first: number) => {
      // Each begins elsewhere, so that they do not all ask for the same at the same time.
      for (let at = first; !running.isOver; at++) {
        await this.#count(counter, installationIds[at % installationIds.length] ?? 0)
        await setTimeout(LOOP_PAUSE_MS)
      }
    }
    const starts = Array.from({ length: loops }, (_, at) => at * Math.ceil(installationIds.length / loops))
    const running: Running = {
      counter,
      isOver: false,
      loops: setTimeout(0).then(() => Promise.all(starts.map(loop))),
    }
    this.#running = running
  }

  async stopLoops(): Promise<CallsReport> {
    if (this.#running === undefined) throw new Error('There are no loops to stop.')
    const { counter, loops } = this.#running
    this.#running.isOver = true
    await loops
    return counter.report()
  }

  async fetch({ installationId, path }: Request): Promise<number> {
    const response = await this.#parts.auth.installation({ installationId }).fetch(path)
    await response.arrayBuffer()
    return response.status
  }

  async moveClock(ms: number): Promise<void> {
    this.#parts.clock.move(ms)
  }

  async told(): Promise<Told> {
    return this.#parts.log.report()
  }

  #count(counter: CallCounter, installationId: number): Promise<void> {
    return counter.count(installationId, () => this.#parts.auth.installation({ installationId }).token())
  }
}
