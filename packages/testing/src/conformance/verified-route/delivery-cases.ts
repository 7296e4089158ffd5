import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { signedDelivery } from '../../signed-delivery.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { abortUpload } from '../http/http-client.ts'
import { within } from '../http/within.ts'
import { type RouteTools, routeCase, SECRET, type VerifiedRouteMount } from './route-case.ts'

/** An application in which something handles the body before `verifyGitHubWebhook` does. */
export interface VerifiedRouteParser {
  /** What runs first, to complete "after …", such as `express.json()`. */
  readonly name: string
  readonly mount: VerifiedRouteMount
  /**
   * Where the exact bytes are gone: what the answer, a 500 at once, must say of the cure. Default: the exact bytes can
   * still be had.
   */
  readonly cure?: string | undefined
}

/** Escapes and spaces, which do not survive being parsed and written again. */
const BODY = '{ "action": "opened", "title": "caf\\u00e9 \\/ 😀" }\n'

const AT_ONCE_MS = 1_000

/** What reaches the route. @internal */
export const deliveryCases: readonly ConformanceCase<VerifiedRouteMount>[] = [
  routeCase('hands the route the delivery, with its exact bytes', async (start) =>
    passesExactBytes(await start()),
  ),
  routeCase('hands the route a delivery in a form, with its exact bytes', async (start) => {
    const { deliver, passed } = await start()
    const body = `payload=${encodeURIComponent(BODY).replaceAll('%20', '+')}`
    deepStrictEqual(says(await deliver({ contentType: 'form', body })), [200, { name: 'issues.opened' }])
    deepStrictEqual(textsOf(passed), [body])
  }),
  routeCase('hands over what comes twice, and runs no handler of the receiver', async (start) => {
    const { send, passed, handled } = await start()
    const delivery = signedDelivery({ secret: SECRET })
    for (const _ of ['first', 'again']) strictEqual((await send(delivery)).status, 200)
    deepStrictEqual([passed.length, handled], [2, []])
  }),
  routeCase('survives an upload that is cut off, and hands over what comes after', async (start) => {
    const { url, deliver, passed, heard } = await start()
    const delivery = signedDelivery({ secret: SECRET, body: 'x'.repeat(50_000) })
    for (const cutOff of [{}, { isChunked: true }, { isReset: true }])
      await abortUpload(url, delivery, { sentBytes: 25_000, ...cutOff })
    strictEqual((await deliver()).status, 200)
    // What the framework itself says of the connection is its own affair.
    const refusals = heard().filter((error) => typeof error === 'string')
    deepStrictEqual([passed.length, refusals], [1, []])
  }),
]

/** The rules for applications with a body parser. @internal */
export function routeParserCases(
  parsers: readonly VerifiedRouteParser[],
): readonly ConformanceCase<VerifiedRouteMount>[] {
  return parsers.map(({ name, mount, cure }) => {
    const { run } = routeCase(name, async (start) => {
      const tools = await start()
      await within(AT_ONCE_MS, cure === undefined ? passesExactBytes(tools) : saysCure(tools, cure))
    })
    const what =
      cure === undefined ? 'hands the route the exact bytes' : 'answers 500 at once, naming the cure,'
    return { name: `${what} after ${name}`, run: (_, context) => run(mount, context) }
  })
}

async function passesExactBytes({ deliver, passed, heard }: RouteTools): Promise<void> {
  deepStrictEqual(says(await deliver({ body: BODY })), [200, { name: 'issues.opened' }])
  strictEqual((await deliver({ body: BODY, secret: 'another secret' })).status, 401)
  deepStrictEqual([textsOf(passed), heard()], [[BODY], []])
}

async function saysCure({ deliver, passed, heard }: RouteTools, cure: string): Promise<void> {
  const { status, body } = await deliver({ body: BODY })
  strictEqual(status, 500)
  match(body.toString(), /WEBHOOK_BODY_CONSUMED/)
  strictEqual(body.toString().includes(cure), true, `expected "${cure}" in ${body}`)
  deepStrictEqual([passed, heard()], [[], []])
}

function says({ status, body }: { readonly status: number; readonly body: Buffer }): unknown {
  return [status, JSON.parse(body.toString())]
}

function textsOf(passed: RouteTools['passed']): readonly string[] {
  return passed.map((delivery) => Buffer.from(delivery?.body ?? []).toString())
}
