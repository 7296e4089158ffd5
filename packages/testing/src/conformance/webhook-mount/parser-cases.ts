import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { type SignedDelivery, signedDelivery } from '../../signed-delivery.ts'
import { tamperings } from '../../tamperings.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { within } from '../http/within.ts'
import { DELICATE_BODIES } from './delicate-bodies.ts'
import {
  expectAnswer,
  expectHandled,
  type MountTools,
  mountCase,
  SECRET,
  type WebhookMount,
} from './mounted-receiver.ts'

/** A server in which something handles the body before the webhook does. */
export interface ParserSetup {
  /** What runs first, to complete "after …", such as `express.json()`. */
  readonly name: string
  readonly mount: WebhookMount
  /**
   * `handled`: the exact bytes can still be had. `consumed`: they are gone, and the answer must be a 500 that says
   * so, at once. `refused`: the parser answers 4xx by itself, and the webhook is not asked.
   */
  readonly expect: 'handled' | 'consumed' | 'refused'
  /** The content type of the delivery. Default `json`. */
  readonly contentType?: 'json' | 'form' | undefined
  /** Makes the body this many bytes longer, for parsers with a limit. Default 0. */
  readonly extraBytes?: number | undefined
}

/** A parser that ran first is found out at once, whatever the event. */
const AT_ONCE_MS = 1_000
/** Escapes and spaces, which do not survive being parsed and written again. */
const BODY = '{ "action": "opened", "title": "caf\\u00e9 \\/ 😀" }\n'

const RULES = {
  handled: ['handles the exact bytes', handlesExactBytes],
  consumed: ['answers 500 at once, and handles nothing,', saysConsumed],
  refused: ['answers 4xx at once, and handles nothing,', isRefused],
} as const

/** The rules for a server with a body parser. @internal */
export function parserCases(setups: readonly ParserSetup[]): readonly ConformanceCase<WebhookMount>[] {
  return setups.map(({ name, mount, expect, contentType = 'json', extraBytes = 0 }) => {
    const delivery = signedDelivery({ secret: SECRET, contentType, body: bodyOf(contentType, extraBytes) })
    const [what, rule] = RULES[expect]
    const size = extraBytes === 0 ? '' : ` of ${delivery.body.byteLength} bytes`
    return {
      name: `${what} of a ${contentType} body${size} after ${name}`,
      run: (_, context) =>
        mountCase(name, (tools) => rule(tools, { delivery, contentType })).run(mount, context),
    }
  })
}

function bodyOf(contentType: 'json' | 'form', extraBytes: number): string {
  const json = `${BODY}${' '.repeat(extraBytes)}`
  return contentType === 'json' ? json : `payload=${encodeURIComponent(json).replaceAll('%20', '+')}`
}

interface Sent {
  readonly delivery: SignedDelivery
  readonly contentType: 'json' | 'form'
}

async function handlesExactBytes(tools: MountTools, { delivery, contentType }: Sent): Promise<void> {
  expectAnswer(await within(AT_ONCE_MS, tools.send(delivery)), 200, 'handled')
  expectHandled(tools, delivery.body)
  for (const { apply } of tamperings) {
    const { status } = await within(AT_ONCE_MS, tools.send(apply(delivery)))
    // A body that is no JSON any more may be refused by the parser itself.
    ok(status === 401 || status === 400, `expected 401 or 400, got ${status}`)
  }
  strictEqual(tools.handled.length, 1)
  for (const body of Object.values(DELICATE_BODIES[contentType])) {
    const before: number = tools.handled.length
    const { status } = await within(AT_ONCE_MS, tools.deliver({ contentType, body }))
    // A parser that keeps text in place of bytes loses some of them; then the signature must not match.
    ok([200, 400, 401].includes(status), `expected 200, 400 or 401, got ${status}`)
    deepStrictEqual(
      tools.handled.slice(before).map((handled) => Buffer.from(handled.body)),
      status === 200 ? [Buffer.from(body)] : [],
    )
  }
}

async function saysConsumed(tools: MountTools, { delivery }: Sent): Promise<void> {
  const response = await within(AT_ONCE_MS, tools.send(delivery))
  expectAnswer(response, 500, 'WEBHOOK_BODY_CONSUMED')
  strictEqual(tools.errors.length, 1)
  strictEqual(tools.handled.length, 0)
}

async function isRefused(tools: MountTools, { delivery }: Sent): Promise<void> {
  const { status } = await within(AT_ONCE_MS, tools.send(delivery))
  ok(status >= 400 && status < 500, `expected 4xx, got ${status}`)
  strictEqual(tools.handled.length, 0)
}
