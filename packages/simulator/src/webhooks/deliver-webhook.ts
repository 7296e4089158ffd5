import { createHash, randomUUID } from 'node:crypto'
import type { App } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { nodeId } from '../state/ids.ts'
import type { WebhookDelivery, WebhookDeliveryResult } from './delivery.ts'
import { post } from './post.ts'
import { signatureHeaders } from './signature.ts'

/** GitHub gives up on a receiver after this long. */
const TIMEOUT_MS = 10_000

/**
 * Sends one signed webhook and waits for the answer.
 *
 * @throws {TypeError} when there is no URL, or the app is not installed on `installation`.
 */
export async function deliverWebhook(
  state: GitHubState,
  app: App,
  delivery: WebhookDelivery,
): Promise<WebhookDeliveryResult> {
  const url = targetOf(app, delivery)
  const guid = delivery.id ?? randomUUID()
  const signed = Buffer.from(bodyOf(state, app, delivery))
  const signatures = signatureHeaders(signed, delivery.secret ?? app.webhookSecret)
  const body = delivery.tamper === 'body' ? spoiledBody(signed) : signed
  const startedAt = performance.now()
  const result = await post(url, {
    body,
    timeoutMs: delivery.timeoutMs ?? TIMEOUT_MS,
    headers: {
      Accept: '*/*',
      'Content-Type':
        delivery.contentType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json',
      'Content-Length': String(body.length),
      'User-Agent': `GitHub-Hookshot/${createHash('sha1').update(app.slug).digest('hex').slice(0, 7)}`,
      'X-GitHub-Delivery': guid,
      'X-GitHub-Event': delivery.event,
      'X-GitHub-Hook-ID': String(app.hookId),
      'X-GitHub-Hook-Installation-Target-ID': String(app.id),
      'X-GitHub-Hook-Installation-Target-Type': 'integration',
      ...(delivery.tamper === 'signature' ? spoiledSignatures(signatures) : signatures),
    },
  })
  return { guid, ...result, durationMs: performance.now() - startedAt }
}

function targetOf(app: App, { url = app.webhookUrl }: WebhookDelivery): URL {
  if (url === undefined)
    throw new TypeError('deliver({ url }): the app has no webhookUrl, so a url is needed')
  const target = new URL(url)
  if (!/^https?:$/.test(target.protocol))
    throw new TypeError('deliver({ url }): the url must be http or https')
  return target
}

function bodyOf(state: GitHubState, app: App, delivery: WebhookDelivery): string {
  const json = jsonOf(state, app, delivery)
  return delivery.contentType === 'form' ? `${new URLSearchParams({ payload: json })}` : json
}

function jsonOf(state: GitHubState, app: App, { payload, action, installation }: WebhookDelivery): string {
  if (typeof payload === 'string') {
    if (action !== undefined || installation !== undefined) {
      throw new TypeError(
        'deliver({ payload }): a string is sent as it is, so action and installation cannot be set in it',
      )
    }
    return payload
  }
  return JSON.stringify({
    ...(action === undefined ? {} : { action }),
    ...payload,
    ...(action === undefined ? {} : { action }),
    ...(installation === undefined ? {} : { installation: installationIdentity(state, app, installation) }),
  })
}

function installationIdentity(state: GitHubState, app: App, login: string): { id: number; node_id: string } {
  const account = state.accounts.find(login)
  const installation = account === undefined ? undefined : state.installations.findFor(app, account)
  if (installation === undefined)
    throw new TypeError(`deliver({ installation }): the app is not installed on "${login}"`)
  return { id: installation.id, node_id: nodeId('IN', installation.id) }
}

// One character of the content changes and the JSON stays JSON: what only a signature check notices.
function spoiledBody(body: Buffer): Buffer {
  const text = body.toString()
  const spoiled = text.replace(/[a-z](?=[a-z]*(?:"|%22)[,}%])/, (letter) => (letter === 'x' ? 'y' : 'x'))
  return Buffer.from(spoiled === text ? `${text} ` : spoiled)
}

function spoiledSignatures(signatures: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(signatures).map(([name, value]) => [
      name,
      value.slice(0, -1) + (value.endsWith('0') ? '1' : '0'),
    ]),
  )
}
