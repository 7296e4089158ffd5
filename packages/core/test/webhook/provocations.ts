import { signedDelivery } from '@hubauth/testing'
import {
  createFetchHandler,
  createWebhookReceiver,
  type HubauthErrorCode,
  type StoredSecret,
  storedSecret,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from '../../src/index.ts'
import { PAYLOAD_TEXT, type Vault, WEBHOOK_SECRET } from '../planted-secrets.ts'

type Provocation = (vault: Vault) => Promise<readonly unknown[]>

interface Arrangement extends Partial<WebhookReceiverOptions> {
  /** Headers to replace; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly method?: string
  /** Signed as it is. Default a payload with the planted text. */
  readonly body?: string
  /** What happens to the request, or the receiver, before it is handled. */
  readonly before?: (request: Request, receiver: WebhookReceiver) => unknown
  /** The sender goes away in the middle. */
  readonly isAborted?: boolean
}

export const WEBHOOK_PROVOCATIONS: Partial<Record<HubauthErrorCode, Provocation>> = {
  WEBHOOK_METHOD_NOT_ALLOWED: provocation({ method: 'PUT' }),
  WEBHOOK_CONTENT_TYPE: provocation({ headers: { 'content-type': PAYLOAD_TEXT } }),
  WEBHOOK_HEADER_MISSING: provocation({ headers: { 'x-github-event': undefined } }),
  WEBHOOK_SIGNATURE_MISSING: provocation({ headers: { 'x-hub-signature-256': undefined } }),
  WEBHOOK_SIGNATURE_INVALID: provocation({
    headers: { 'content-length': '1' },
    secrets: `${WEBHOOK_SECRET}!`,
  }),
  WEBHOOK_SECRET_UNAVAILABLE: provocation({
    secrets: secretFrom(() => Promise.reject(new Error(`cannot parse ${WEBHOOK_SECRET}`))),
  }),
  SECRET_INVALID: provocation({
    secrets: secretFrom(() => JSON.stringify({ webhookSecret: WEBHOOK_SECRET })),
  }),
  WEBHOOK_BODY_CONSUMED: provocation({ before: (request) => request.text() }),
  WEBHOOK_BODY_TOO_LARGE: provocation({ maxBytes: 5 }),
  WEBHOOK_BODY_ABORTED: provocation({ isAborted: true }),
  WEBHOOK_BODY_INVALID: provocation({ body: `{"planted": ${PAYLOAD_TEXT}` }),
  WEBHOOK_ALREADY_RUNNING: provocation({ claims: { claim: async () => 'running' } }),
  WEBHOOK_QUEUE_UNAVAILABLE: provocation({
    queue: { add: async (entry) => Promise.reject(new ClientError(entry)), process: () => NO_PROCESS },
  }),
  WEBHOOK_CLOSED: provocation({ before: (_, receiver) => receiver.close() }),
  WEBHOOK_HANDLER_FAILED: provocation({
    before: (_, receiver) =>
      receiver.on('*', (delivery) => {
        throw new HandlerError(JSON.stringify(delivery.payload))
      }),
  }),
}

const NO_PROCESS = { close: async () => undefined }

/** Clients like to hang what they were sending on their errors. */
class ClientError extends Error {
  readonly command: object

  constructor(command: object) {
    super('ERR the store is full')
    this.command = command
  }
}

function secretFrom(fetch: () => string | Promise<string>): StoredSecret {
  return storedSecret({ store: 'A vault', secretId: 'team/hook', fetch })
}

/** What a handler throws is its author's business: it goes to `onError` as it is, and to nobody else. */
class HandlerError extends Error {}

/** Sends a delivery full of secrets; what is printed is the answer, and what `onError` and `verify` say. */
function provocation({
  headers = {},
  method,
  body,
  before,
  isAborted,
  ...options
}: Arrangement): Provocation {
  return async (vault) => {
    const printed: unknown[] = []
    const receiver = createWebhookReceiver({
      secrets: WEBHOOK_SECRET,
      onError: (error) => error instanceof HandlerError || printed.push(error),
      ...options,
    })
    if (options.queue === undefined) receiver.on('*', () => undefined)
    const delivery = signedDelivery({
      secret: WEBHOOK_SECRET,
      payload: { action: 'opened', planted: PAYLOAD_TEXT },
      ...(body !== undefined && { body }),
    })
    vault.add(delivery.headers['x-hub-signature-256'] ?? '')
    const merged = new Headers({ ...delivery.headers })
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) merged.delete(name)
      else merged.set(name, value)
    }
    const init = { method: method ?? 'POST', headers: merged }
    const request = isAborted
      ? new Request('https://octo.example', { ...init, body: abortedStream(), duplex: 'half' })
      : new Request('https://octo.example', { ...init, body: delivery.body })
    await before?.(request, receiver)
    const direct = { method: init.method, header: (name: string) => merged.get(name) ?? undefined }
    await receiver
      .verify({ ...direct, body: async () => delivery.body })
      .catch((error: unknown) => printed.push(error))
    const response = await createFetchHandler(receiver)(request)
    return [...printed, await response.json(), JSON.stringify([...response.headers])]
  }
}

function abortedStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.error(new Error(`lost after ${PAYLOAD_TEXT}`))
    },
  })
}
