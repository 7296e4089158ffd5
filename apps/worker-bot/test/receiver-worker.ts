import {
  createFetchHandler,
  createWebhookReceiver,
  type Delivery,
  type FetchHandlerContext,
} from '@hubauth/core'

interface Env {
  /** Where the slow handler asks, and waits for the answer; it tells `/done` when it comes to its end. */
  readonly SLOW_URL: string
}

/** What the tests read of a handled delivery. */
export interface Handled {
  readonly id: string
  readonly secretIndex: number
  readonly body: readonly number[]
  readonly title: unknown
}

const secrets = ['the new one', "It's a Secret to Everybody"]
const handled: Handled[] = []

const keep = ({ id, secretIndex, body, payload }: Delivery) => {
  handled.push({ id, secretIndex, body: [...body], title: payload.title })
}

const receive = createFetchHandler(createWebhookReceiver({ secrets }).on('issues', keep))
const receiveSmall = createFetchHandler(
  createWebhookReceiver({ secrets, maxBytes: 1_000 }).on('issues', keep),
)

/** Receivers in a Worker, for what the bot has no need of. */
export default {
  async fetch(request: Request, env: Env, context: FetchHandlerContext): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/handled') return Response.json(handled)
    if (pathname === '/small') return receiveSmall(request, context)
    if (pathname !== '/slow') return receive(request, context)
    const receiver = createWebhookReceiver({ secrets, acknowledgeAfterMs: 0 })
    receiver.on('issues', async (delivery) => {
      await fetch(env.SLOW_URL)
      keep(delivery)
      await fetch(`${env.SLOW_URL}/done`)
    })
    return createFetchHandler(receiver)(request, context)
  },
}
