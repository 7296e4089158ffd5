import { ok, strictEqual } from 'node:assert/strict'
import { signedDelivery } from '../../signed-delivery.ts'
import { tamperings } from '../../tamperings.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import {
  expectAnswer,
  expectHandled,
  type MountTools,
  mountCase,
  SECRET,
  type WebhookMount,
} from './mounted-receiver.ts'
import { within } from './within.ts'

/** A server in which something handles the body before the webhook does. */
export interface ParserSetup {
  /** What runs first, to complete "after …", such as `express.json()`. */
  readonly name: string
  readonly mount: WebhookMount
  /**
   * `handled`: the exact bytes can still be had. `consumed`: they are gone, and the answer must be a 500 that says
   * so, at once.
   */
  readonly expect: 'handled' | 'consumed'
  /** The content type of the delivery. Default `json`. */
  readonly contentType?: 'json' | 'form' | undefined
}

/** A parser that ran first is found out at once, whatever the event. */
const AT_ONCE_MS = 1_000
/** Escapes and spaces, which do not survive being parsed and written again. */
const JSON_BODY = '{ "action": "opened", "title": "caf\\u00e9 \\/ 😀" }\n'
const FORM_BODY = `payload=${encodeURIComponent(JSON_BODY).replaceAll('%20', '+')}`

/** The rules for a server with a body parser. @internal */
export function parserCases(setups: readonly ParserSetup[]): readonly ConformanceCase<WebhookMount>[] {
  return setups.map(({ name, mount, expect, contentType = 'json' }) => {
    const body = new TextEncoder().encode(contentType === 'json' ? JSON_BODY : FORM_BODY)
    const delivery = signedDelivery({ secret: SECRET, contentType, body })
    const rule = expect === 'handled' ? handlesExactBytes(delivery) : saysConsumed(delivery)
    const kind =
      expect === 'handled' ? 'handles the exact bytes' : 'answers 500 at once, and handles nothing,'
    return {
      name: `${kind} of a ${contentType} body after ${name}`,
      run: (_, context) => mountCase(name, rule).run(mount, context),
    }
  })
}

type Delivery = ReturnType<typeof signedDelivery>

function handlesExactBytes(delivery: Delivery): (tools: MountTools) => Promise<void> {
  return async (tools) => {
    expectAnswer(await within(AT_ONCE_MS, tools.send(delivery)), 200, 'handled')
    expectHandled(tools, delivery.body)
    for (const { apply } of tamperings) {
      const { status } = await within(AT_ONCE_MS, tools.send(apply(delivery)))
      // A body that is no JSON any more may be refused by the parser itself.
      ok(status === 401 || status === 400, `expected 401 or 400, got ${status}`)
    }
    strictEqual(tools.handled.length, 1)
  }
}

function saysConsumed(delivery: Delivery): (tools: MountTools) => Promise<void> {
  return async (tools) => {
    const response = await within(AT_ONCE_MS, tools.send(delivery))
    expectAnswer(response, 500, 'WEBHOOK_BODY_CONSUMED')
    strictEqual(tools.errors.length, 1)
    strictEqual(tools.handled.length, 0)
  }
}
