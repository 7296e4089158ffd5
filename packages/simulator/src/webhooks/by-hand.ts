import { randomUUID } from 'node:crypto'
import { finite, MAX_TIMER_MS, type Schema } from '../schema/schema.ts'
import type { App } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { isWebUrl } from '../state/web-url.ts'
import type { WebhookDelivery } from './delivery.ts'
import { type Message, messageOf } from './message.ts'
import { installationIdentity } from './payloads/installation-payloads.ts'
import type { Target } from './send-message.ts'

/** How long a receiver may take, in real milliseconds. */
export const TIMEOUT: Schema<number> = finite(`a number of milliseconds from 0 to ${MAX_TIMER_MS}`, {
  minimum: 0,
  maximum: MAX_TIMER_MS,
})

/**
 * Where a webhook goes that is sent by hand.
 *
 * @throws {TypeError} when there is no URL, it is not http or https, or `timeoutMs` is no time to wait.
 */
export function targetByHand(
  app: App,
  delivery: WebhookDelivery,
  defaults: { readonly timeoutMs: number },
): Target {
  const { url = app.hook.url, tamper } = delivery
  if (url === undefined)
    throw new TypeError('deliver({ url }): the app has no webhookUrl, so a url is needed')
  if (!isWebUrl(url)) throw new TypeError('deliver({ url }): the url must be http or https')
  return {
    url: new URL(url),
    secret: delivery.secret ?? app.hook.secret,
    contentType: delivery.contentType ?? 'json',
    insecureSsl: url === app.hook.url && app.hook.insecureSsl,
    timeoutMs: TIMEOUT.check(delivery.timeoutMs ?? defaults.timeoutMs, 'deliver.timeoutMs'),
    tamper,
  }
}

/**
 * What a webhook says that is sent by hand.
 *
 * @throws {TypeError} when the app is not installed on `installation`, or a text is to be changed.
 */
export function messageByHand(state: GitHubState, app: App, delivery: WebhookDelivery): Message {
  const { event, payload, action, installation } = delivery
  const guid = delivery.id ?? randomUUID()
  if (typeof payload === 'string') {
    if (action !== undefined || installation !== undefined) {
      throw new TypeError(
        'deliver({ payload }): a string is sent as it is, so action and installation cannot be set in it',
      )
    }
    return messageOf({ guid, app, event, json: payload }, parsed(payload))
  }
  const whole = {
    ...(action === undefined ? {} : { action }),
    ...payload,
    ...(action === undefined ? {} : { action }),
    ...(installation === undefined ? {} : { installation: identityOn(state, app, installation) }),
  }
  return messageOf({ guid, app, event, json: JSON.stringify(whole) }, whole)
}

function identityOn(state: GitHubState, app: App, login: string): { id: number; node_id: string } {
  const account = state.accounts.find(login)
  const installation = account === undefined ? undefined : state.installations.findFor(app, account)
  if (installation === undefined)
    throw new TypeError(`deliver({ installation }): the app is not installed on "${login}"`)
  return installationIdentity(installation)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
