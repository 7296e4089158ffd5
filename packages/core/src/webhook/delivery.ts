import { HubauthError } from '../errors.ts'
import type { WebhookRequest } from './webhook-request.ts'

const UTF8 = new TextDecoder()
/** Of what claims keep of the headers, which are not signed; GitHub's ids have 36 characters. */
const MAX_KEPT_LENGTH = 100
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** The part of a payload that most events share. Name your own type for more: `on<IssuesOpened>('issues.opened', …)`. */
export interface WebhookPayload {
  readonly action?: string | undefined
  readonly installation?: {
    readonly id: number
    /** An enterprise has a slug and no login. */
    readonly account?: { readonly login?: string; readonly slug?: string } | null | undefined
  } | null
  readonly organization?: { readonly login: string } | undefined
  readonly repository?: {
    readonly id: number
    readonly name: string
    readonly full_name: string
    readonly owner: { readonly login: string } | null
  } | null
  readonly sender?: { readonly id: number; readonly login: string; readonly type?: string } | null | undefined
  readonly [key: string]: unknown
}

/** What a delivery's headers say. */
export interface DeliveryHeaders {
  /** `X-GitHub-Delivery`: the same for a redelivery, and for two apps that receive the same event. */
  readonly id: string
  /** `X-GitHub-Event`, such as `issues`. */
  readonly event: string
  /** `X-GitHub-Hook-ID`. */
  readonly hookId?: number | undefined
  /** `X-GitHub-Hook-Installation-Target-Type`; `integration` for the webhook of an app. */
  readonly targetType?: string | undefined
  /** `X-GitHub-Hook-Installation-Target-ID`: the App ID for the webhook of an app, not the installation. */
  readonly targetId?: number | undefined
  /** `X-GitHub-Enterprise-Host`, on GitHub Enterprise Server. */
  readonly enterpriseHost?: string | undefined
}

/**
 * A verified delivery. `console.log` and `JSON.stringify` print its metadata only: payloads hold what private
 * repositories hold.
 */
export class Delivery<Payload = WebhookPayload> implements DeliveryHeaders {
  readonly id: string
  readonly event: string
  readonly hookId?: number | undefined
  readonly targetType?: string | undefined
  readonly targetId?: number | undefined
  readonly enterpriseHost?: string | undefined
  /** The payload's `action`, such as `opened`; absent for events that have none, such as `push`. */
  readonly action?: string | undefined
  /** The installation that the event belongs to. */
  readonly installationId?: number | undefined
  /** Login of the account that the event belongs to: the installation's, else the repository's or organization's. */
  readonly owner?: string | undefined
  /** Position of the webhook secret that matched: 0 is the first. Above 0, the sender still uses an old one. */
  readonly secretIndex: number
  readonly #payload: Payload
  readonly #body: Uint8Array

  constructor(
    headers: DeliveryHeaders,
    payload: Payload & WebhookPayload,
    body: Uint8Array,
    secretIndex: number,
  ) {
    this.id = headers.id
    this.event = headers.event
    this.hookId = headers.hookId
    this.targetType = headers.targetType
    this.targetId = headers.targetId
    this.enterpriseHost = headers.enterpriseHost
    this.action = text(payload.action)
    const { installation, repository, organization } = payload
    this.installationId = Number.isSafeInteger(installation?.id) ? installation?.id : undefined
    this.owner = text(installation?.account?.login ?? repository?.owner?.login ?? organization?.login)
    this.secretIndex = secretIndex
    this.#payload = payload
    this.#body = body
    Object.freeze(this)
  }

  /** The event and its action, such as `issues.opened`; just the event when there is no action. */
  get name(): string {
    return this.action === undefined ? this.event : `${this.event}.${this.action}`
  }

  /** The payload, parsed. */
  get payload(): Payload {
    return this.#payload
  }

  /** The bytes that were signed. */
  get body(): Uint8Array {
    return this.#body
  }

  toJSON(): object {
    return Object.assign({}, this)
  }

  [INSPECT](): object {
    return this.toJSON()
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Reads GitHub's headers. @throws {HubauthError} `WEBHOOK_HEADER_MISSING`, naming the header. */
export function readDeliveryHeaders(request: Pick<WebhookRequest, 'header'>): DeliveryHeaders {
  const number = (name: string) => {
    const text = request.header(name)
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
  }
  const event = requiredHeader(request, 'X-GitHub-Event')
  // The header is not signed: it must not pass for an event and an action, which handlers are found by.
  if (!/^\w+$/.test(event))
    throw new HubauthError('WEBHOOK_HEADER_MISSING', 'The X-GitHub-Event header names no event.')
  const id = requiredHeader(request, 'X-GitHub-Delivery')
  const targetType = request.header('x-github-hook-installation-target-type')
  // Whoever has one signed delivery could fill the memory of claims with it.
  if (id.length > MAX_KEPT_LENGTH || Number(targetType?.length) > MAX_KEPT_LENGTH)
    throw new HubauthError(
      'WEBHOOK_HEADER_MISSING',
      'The headers X-GitHub-* are longer than GitHub writes them.',
    )
  return {
    event,
    id,
    hookId: number('x-github-hook-id'),
    targetId: number('x-github-hook-installation-target-id'),
    targetType,
    enterpriseHost: request.header('x-github-enterprise-host'),
  }
}

function requiredHeader(request: Pick<WebhookRequest, 'header'>, name: string): string {
  const value = request.header(name.toLowerCase())
  if (value === undefined || value === '')
    throw new HubauthError('WEBHOOK_HEADER_MISSING', `The ${name} header is missing.`)
  return value
}

/** How a delivery's body is written; a setting of the webhook. */
export type DeliveryFormat = 'json' | 'form'

/** The format that a content type names; undefined for one that GitHub does not send. */
export function deliveryFormat(contentType: string | undefined): DeliveryFormat | undefined {
  if (contentType === 'application/json') return 'json'
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === 'application/json') return 'json'
  return mediaType === 'application/x-www-form-urlencoded' ? 'form' : undefined
}

/**
 * Parses a verified body: JSON, or the form field `payload` with JSON in it.
 *
 * A byte order mark is dropped and invalid UTF-8 is replaced, as a JSON parser would have it; the signature was
 * checked over the bytes.
 *
 * @throws {HubauthError} `WEBHOOK_BODY_INVALID`, without a word of the body.
 */
export function parsePayload(body: Uint8Array, format: DeliveryFormat): WebhookPayload {
  const text = UTF8.decode(body)
  const json = format === 'form' ? formPayload(text) : text
  let payload: unknown
  try {
    payload = JSON.parse(json)
  } catch {
    // The parser's own message quotes the body, so it is not kept as the cause.
    throw new HubauthError('WEBHOOK_BODY_INVALID', `The body of ${body.byteLength} bytes is not valid JSON.`)
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new HubauthError('WEBHOOK_BODY_INVALID', 'The body is not a JSON object.')
  }
  return payload as WebhookPayload
}

/**
 * The content type is not signed. JSON must not pass for a form: texts in it, such as a comment that anybody may write, could
 * hold a field named payload, and with it a delivery that GitHub never sent.
 */
function formPayload(text: string): string {
  const json = /^\s*\{/.test(text) ? null : new URLSearchParams(text).get('payload')
  if (json !== null) return json
  throw new HubauthError('WEBHOOK_BODY_INVALID', 'The form body has no field named payload.')
}
