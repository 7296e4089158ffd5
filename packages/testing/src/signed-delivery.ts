import { createHmac, randomUUID } from 'node:crypto'

/** Options of {@link signedDelivery}. */
export interface SignedDeliveryOptions {
  /** `X-GitHub-Event`, such as `issues`. Default `issues`. */
  readonly event?: string | undefined
  /** Sent as JSON. Default an `issues.opened` of installation 1 of `acme`. */
  readonly payload?: unknown
  /** The webhook secret to sign with. */
  readonly secret: string
  /** `X-GitHub-Delivery`. Default a random UUID. */
  readonly id?: string | undefined
  /** `X-GitHub-Hook-Installation-Target-ID`: for the webhook of an app, the App ID. Default 1. */
  readonly targetId?: number | undefined
  /** `X-GitHub-Hook-Installation-Target-Type`. Default `integration`, the webhook of an app. */
  readonly targetType?: string | undefined
  /** `X-GitHub-Hook-ID`. Default 1. */
  readonly hookId?: number | undefined
  /** The content type that the webhook is set to. Default `json`. */
  readonly contentType?: 'json' | 'form' | undefined
  /** The exact body, in place of what `payload` would give. */
  readonly body?: string | Uint8Array | undefined
}

/** A delivery as GitHub sends it; pass it to `fetch(url, delivery)` as it is. */
export interface SignedDelivery {
  readonly method: 'POST'
  /** All of GitHub's headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

const PAYLOAD = {
  action: 'opened',
  issue: { number: 1, title: 'It rains' },
  repository: { id: 1, name: 'api', full_name: 'acme/api', owner: { login: 'acme' } },
  organization: { login: 'acme' },
  installation: { id: 1 },
  sender: { id: 1, login: 'octocat', type: 'User' },
}

/**
 * Makes a delivery with every header that GitHub sends, both signatures included
 * (https://docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers).
 */
export function signedDelivery(options: SignedDeliveryOptions): SignedDelivery {
  const body = bodyBytes(options)
  return {
    method: 'POST',
    headers: {
      accept: '*/*',
      'content-type':
        options.contentType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json',
      'user-agent': 'GitHub-Hookshot/0000000',
      'x-github-delivery': options.id ?? randomUUID(),
      'x-github-event': options.event ?? 'issues',
      'x-github-hook-id': String(options.hookId ?? 1),
      'x-github-hook-installation-target-id': String(options.targetId ?? 1),
      'x-github-hook-installation-target-type': options.targetType ?? 'integration',
      'x-hub-signature': `sha1=${hexHmac('sha1', { secret: options.secret, body })}`,
      'x-hub-signature-256': `sha256=${hexHmac('sha256', { secret: options.secret, body })}`,
    },
    body,
  }
}

/** The HMAC that a signature header carries, in hex digits. */
export function hexHmac(
  hash: 'sha1' | 'sha256',
  { secret, body }: { readonly secret: string; readonly body: Uint8Array },
): string {
  return createHmac(hash, secret).update(body).digest('hex')
}

function bodyBytes({ body, payload = PAYLOAD, contentType }: SignedDeliveryOptions): Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return new Uint8Array(body)
  const json = JSON.stringify(payload)
  const text = body ?? (contentType === 'form' ? `payload=${encodeURIComponent(json)}` : json)
  return new TextEncoder().encode(text)
}
