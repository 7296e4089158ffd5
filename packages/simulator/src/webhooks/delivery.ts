/** A webhook to send. */
export interface WebhookDelivery {
  /** Slug of the app that is told. Default the first one. */
  readonly app?: string
  /** Such as `issues`. Sent as `X-GitHub-Event`. */
  readonly event: string
  /** Set as the payload's `action` when given. */
  readonly action?: string
  /** An object is serialized as compact JSON. A string is sent as it is, so recorded bytes stay recorded bytes. */
  readonly payload: object | string
  /** Where to post. Default the app's `webhookUrl`. */
  readonly url?: string
  /** What to sign with. Default the app's `webhookSecret`. `''` sends no signatures, as GitHub does for a hook without a secret. */
  readonly secret?: string
  /** Login of an account where the app is installed; sets the payload's `installation` to `{ id, node_id }`. */
  readonly installation?: string
  /** The `X-GitHub-Delivery` GUID. Default a new one. Passing the one of an earlier delivery is a redelivery. */
  readonly id?: string
  /** Default `json`. `form` sends the JSON as the field `payload`. */
  readonly contentType?: 'json' | 'form'
  /** What to spoil after signing. Default `none`. */
  readonly tamper?: 'body' | 'signature' | 'none'
  /** How long to wait for the answer, in real milliseconds. Default `webhookTimeoutMs`, which is 10 000 as on GitHub. */
  readonly timeoutMs?: number
}

/** How a delivery ended. GitHub does not retry, and neither does the simulator. */
export interface WebhookDeliveryResult {
  /** The `X-GitHub-Delivery` GUID. */
  readonly guid: string
  /** 0 when there was no answer; `error` then says why. */
  readonly status: number
  /** The answer's text, cut after 1 MiB. */
  readonly body: string
  readonly durationMs: number
  /** Absent when there was an answer: `timed out`, or the code of the connection error, such as `ECONNREFUSED`. */
  readonly error?: string
}
