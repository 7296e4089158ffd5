import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { HubauthError } from '@hubauth/core'
import { signedDelivery } from '../../signed-delivery.ts'
import { tamperings } from '../../tamperings.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import type { RawRequest } from '../http/http-client.ts'
import { NO_ERRORS } from '../http/no-errors.ts'
import { expectNoPlantedText, PLANTED_TEXT } from '../http/planted-text.ts'
import { routeCase, SECRET, type VerifiedRouteMount } from './route-case.ts'

interface Refused {
  readonly status: number
  readonly code: string
  /** Default nothing. */
  readonly allow?: string
  /** Made when it is sent: most who import this package send none of it. */
  readonly request: () => RawRequest
}

const large = () => signedDelivery({ secret: SECRET, body: 'x'.repeat(10 * 1_024 * 1_024) })
const notAllowed = { status: 405, code: 'WEBHOOK_METHOD_NOT_ALLOWED', allow: 'POST' }

/** What is refused for another reason than its signature. */
const REFUSED: Readonly<Record<string, Refused>> = {
  GET: { ...notAllowed, request: () => ({ method: 'GET' }) },
  PUT: { ...notAllowed, request: () => ({ method: 'PUT', body: Buffer.from('{}') }) },
  '10 MiB': { status: 413, code: 'WEBHOOK_BODY_TOO_LARGE', request: large },
  '10 MiB of text': {
    status: 415,
    code: 'WEBHOOK_CONTENT_TYPE',
    request: () => ({ ...large(), headers: { 'content-type': 'text/plain' } }),
  },
}

/** What does not reach the route, and who hears of it. @internal */
export const refusalCases: readonly ConformanceCase<VerifiedRouteMount>[] = [
  ...tamperings.map(({ name, apply }) =>
    routeCase(`answers 401 by itself to a delivery with ${name}`, async (start) => {
      const { send, passed, heard } = await start()
      const { status, says } = await send(apply(signedDelivery({ secret: SECRET })))
      strictEqual(status, 401)
      match(says ?? '', /^WEBHOOK_SIGNATURE_/)
      deepStrictEqual([passed, heard()], [[], []])
    }),
  ),
  ...Object.entries(REFUSED).map(([what, { status, code, allow, request }]) =>
    routeCase(`answers ${status} by itself to ${what}`, async (start) => {
      const { send, passed, heard } = await start()
      const response = await send(request())
      deepStrictEqual([response.status, response.says, response.headers.allow], [status, code, allow])
      deepStrictEqual([passed, heard()], [[], []])
    }),
  ),
  routeCase('leaves every refusal to the error handling of the application when asked to', async (start) => {
    const { send, passed, heard } = await start({ leavesRefusals: true })
    for (const { apply } of tamperings)
      strictEqual((await send(apply(signedDelivery({ secret: SECRET })))).status, 401)
    strictEqual(heard().length, tamperings.length)
    for (const error of heard()) match(`${error}`, /^401 WEBHOOK_SIGNATURE_/)
    strictEqual((await send({ method: 'GET' })).status, 405)
    deepStrictEqual([passed, heard().at(-1)], [[], '405 WEBHOOK_METHOD_NOT_ALLOWED'])
  }),
  routeCase('says what is allowed when the refusal of a method is left to the application', async (start) => {
    const { send } = await start({ leavesRefusals: true })
    const { status, headers } = await send({ method: 'PUT' })
    deepStrictEqual([status, headers.allow], [405, 'POST'])
  }),
  routeCase('hands on what is not a refusal in any case', async (start) => {
    const error = new Error('broken')
    for (const leavesRefusals of [false, true]) {
      const { deliver, passed, heard } = await start({ leavesRefusals, verify: () => Promise.reject(error) })
      strictEqual((await deliver()).status, 500)
      deepStrictEqual([passed, heard()], [[], [error]])
    }
  }),
  routeCase('answers 500 without a word of what is not a refusal', async (start) => {
    const { deliver } = await start({ verify: () => Promise.reject(new Error(PLANTED_TEXT)) })
    const response = await deliver()
    strictEqual(response.status, 500)
    expectNoPlantedText(response)
  }),
  ...NO_ERRORS.map((reason) =>
    routeCase(`is not passed when verify rejects with ${JSON.stringify(reason)}`, async (start) => {
      for (const leavesRefusals of [false, true]) {
        const { deliver, passed } = await start({ leavesRefusals, verify: () => Promise.reject(reason) })
        const { status } = await deliver()
        deepStrictEqual([status, passed], [500, []])
      }
    }),
  ),
  routeCase(
    'does not answer an error of the route, not even one that looks like a refusal',
    async (start) => {
      const error = new HubauthError('WEBHOOK_SIGNATURE_INVALID', 'Of another webhook.')
      const { deliver, heard } = await start({
        route() {
          throw error
        },
      })
      await deliver()
      deepStrictEqual(heard(), ['401 WEBHOOK_SIGNATURE_INVALID'])
    },
  ),
]
