import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import type { SoakDelivery } from './soak-delivery.ts'

/** As long as GitHub waits for an answer. */
const TIMEOUT_MS = 10_000
/** Who redelivers does not do so at once, again and again: half of the work would be for those that are given up. */
const REDELIVER_AFTER_MS = [50, 100, 500, 1_000, 5_000]

/** What a web process said to a delivery. */
export interface SoakAnswer {
  readonly status: number
  /** What became of it, such as `queued`; see `DeliveryStatus` of core. */
  readonly said: string
}

/** Where deliveries can be sent; without a port, to nobody. */
export interface SoakTarget {
  readonly port: number | undefined
}

/** Sends deliveries over connections that stay open, again and again until somebody takes them. */
export class Sender {
  readonly #targets: readonly SoakTarget[]
  readonly #agent = new Agent({ keepAlive: true })
  readonly #refusals = new Map<string, number>()
  #sent = 0
  #isOver = false

  constructor(targets: readonly SoakTarget[]) {
    this.#targets = targets
  }

  /** Requests that were begun. */
  get sent(): number {
    return this.#sent
  }

  /** Why deliveries had to be sent again, and how often. */
  get refusals(): ReadonlyMap<string, number> {
    return this.#refusals
  }

  /**
   * Redelivers, to another web process each time, until there is an answer that `isEnd` takes.
   *
   * @throws {Error} When there is none before {@link close}.
   */
  async send(delivery: SoakDelivery, isEnd: (status: number) => boolean, first = 0): Promise<SoakAnswer> {
    for (let at = first; !this.#isOver; at++) {
      const { port } = this.#targets[at % this.#targets.length] ?? {}
      const answer = await this.#post(port, delivery)
      if (isEnd(answer.status)) return answer
      const why = answer.status === 0 ? answer.said : `${answer.status}`
      this.#refusals.set(why, (this.#refusals.get(why) ?? 0) + 1)
      await setTimeout(REDELIVER_AFTER_MS[at - first] ?? REDELIVER_AFTER_MS.at(-1))
    }
    throw new Error('The sender was closed before there was an answer.')
  }

  close(): void {
    this.#isOver = true
    this.#agent.destroy()
  }

  /** Never rejects: status 0 is no answer. */
  async #post(port: number | undefined, { headers, body }: SoakDelivery): Promise<SoakAnswer> {
    if (port === undefined) return { status: 0, said: 'nobody listens' }
    this.#sent++
    try {
      return await new Promise<SoakAnswer>((resolve, reject) => {
        const options = {
          host: '127.0.0.1',
          port,
          method: 'POST',
          path: '/github/webhooks',
          agent: this.#agent,
        }
        const sending = request({ ...options, headers: { ...headers, 'content-length': body.length } })
        sending.setTimeout(TIMEOUT_MS, () => sending.destroy(new Error('no answer in time')))
        sending.on('error', reject)
        sending.on('response', (response) => {
          const { statusCode: status = 0 } = response
          text(response).then((json) => resolve({ status, said: statusOf(json) }), reject)
        })
        sending.end(body)
      })
    } catch (error) {
      const { code, message }: NodeJS.ErrnoException =
        error instanceof Error ? error : new Error(String(error))
      return { status: 0, said: code ?? message }
    }
  }
}

function statusOf(json: string): string {
  const { status, error }: { status?: string; error?: { code?: string } } = JSON.parse(json)
  return status ?? error?.code ?? ''
}
