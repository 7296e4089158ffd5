import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import {
  createWebhookReceiver,
  type Delivery,
  type WebhookHandler,
  type WebhookReceiver,
  type WebhookReceiverOptions,
  type WebhookResponse,
} from '@hubauth/core'
import type { ListeningServer } from '../../listen.ts'
import { type ManualClock, manualClock } from '../../manual-clock.ts'
import { type SignedDeliveryOptions, signedDelivery } from '../../signed-delivery.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { type RawRequest, type RawResponse, sendRequest } from '../http/http-client.ts'
import { expectNoPlantedText } from '../http/planted-text.ts'
import { withServers } from '../http/with-servers.ts'

/** A webhook endpoint that listens; its `url` is where to send deliveries, path included. */
export type MountedWebhook = ListeningServer

/**
 * Mounts a receiver in a server that listens on a free port of this machine. Only `receive` of the receiver is
 * needed.
 */
export type WebhookMount = (receiver: WebhookReceiver) => Promise<MountedWebhook>

/** The secret of every receiver in the suite: GitHub's, of its published test vector. */
export const SECRET = "It's a Secret to Everybody"

/** How the receiver of a case differs from the default. */
export interface ReceiverSetup extends Pick<WebhookReceiverOptions, 'maxBytes'> {
  readonly secrets?: readonly string[] | undefined
  /** Answers in place of the receiver. */
  readonly receive?: WebhookReceiver['receive'] | undefined
}

/** What a case works with. */
export interface MountTools {
  readonly url: string
  readonly clock: ManualClock
  readonly receiver: WebhookReceiver
  /** The deliveries that reached the handler, in that order. */
  readonly handled: readonly Delivery[]
  /** What `onError` was told. */
  readonly errors: readonly unknown[]
  /** What the handler does from now on; at first, nothing. */
  handleWith(handler: (delivery: Delivery) => unknown): void
  send(request: RawRequest): Promise<RawResponse>
  /** Sends a delivery that is signed with the secret. */
  deliver(options?: Partial<SignedDeliveryOptions>): Promise<RawResponse>
  /** Resolves when the receiver has answered everything that reached it. */
  answered(): Promise<void>
}

/** A rule about a mounted receiver. */
export function mountCase(
  name: string,
  rule: (tools: MountTools) => Promise<void>,
  setup: ReceiverSetup = {},
): ConformanceCase<WebhookMount> {
  return { name, run: (mount) => withMountedReceiver(mount, rule, setup) }
}

/** Mounts a fresh receiver, applies the rule, and closes the server whatever happened. */
function withMountedReceiver(
  mount: WebhookMount,
  rule: (tools: MountTools) => Promise<void>,
  { secrets = [SECRET], maxBytes, receive }: ReceiverSetup,
): Promise<void> {
  const clock = manualClock()
  let handler: (delivery: Delivery) => unknown = () => undefined
  const handled: Delivery[] = []
  const errors: unknown[] = []
  const receiver = createWebhookReceiver({
    secrets,
    clock,
    onError: (error) => errors.push(error),
    ...(maxBytes !== undefined && { maxBytes }),
  })
  for (const event of ['issues', 'push']) {
    receiver.on(event, (delivery) => {
      handled.push(delivery)
      return handler(delivery)
    })
  }
  const answers: Promise<WebhookResponse>[] = []
  return withServers(async (open) => {
    const { url } = await open(() => mount(observed({ receiver, answers, receive })))
    const send = async (request: RawRequest) => {
      const response = await sendRequest(url, request)
      expectNoPlantedText(response)
      return response
    }
    await rule({
      url,
      clock,
      receiver,
      handled,
      errors,
      handleWith: (next) => {
        handler = next
      },
      send,
      deliver: (options) => send(signedDelivery({ secret: SECRET, ...options })),
      answered: async () => void (await Promise.all(answers)),
    })
  })
}

interface Observed {
  readonly receiver: WebhookReceiver
  readonly receive: WebhookReceiver['receive'] | undefined
  /** Gets everything that the receiver is going to answer. */
  readonly answers: Promise<WebhookResponse>[]
}

function observed({ receiver, receive, answers }: Observed): WebhookReceiver {
  const observer: WebhookReceiver = {
    on(name: string, handler: WebhookHandler) {
      receiver.on(name, handler)
      return observer
    },
    receive(request) {
      const answer = receive === undefined ? receiver.receive(request) : receive(request)
      answers.push(answer)
      return answer
    },
    verify: (request) => receiver.verify(request),
    close: () => receiver.close(),
  }
  return observer
}

/** Checks that an answer is what the receiver said: its status, and what its JSON says. */
export function expectAnswer(response: RawResponse, status: number, says: string): void {
  deepStrictEqual({ status: response.status, says: response.says }, { status, says })
}

/** Checks that a delivery was handled, once, with exactly these bytes. */
export function expectHandled({ handled }: MountTools, body: Uint8Array): void {
  strictEqual(handled.length, 1)
  deepStrictEqual(Buffer.from(handled[0]?.body ?? []), Buffer.from(body))
}
