import { errorResponse, HubauthError } from '@hubauth/core'
import { NO_ERRORS } from '../../src/conformance/http/no-errors.ts'
import { tamperings } from '../../src/index.ts'
import { type RouteFlaws, routeApp } from './plain-route.ts'
import { plainRead, plainWrite } from './plain-server.ts'

interface BrokenRoute {
  readonly flaw: string
  /** The rules that must find it. */
  readonly rules: readonly string[]
  readonly flaws: RouteFlaws
}

const BY_ITSELF = {
  get: 'answers 405 by itself to GET',
  put: 'answers 405 by itself to PUT',
  large: 'answers 413 by itself to 10 MiB',
  text: 'answers 415 by itself to 10 MiB of text',
}
const FORGERIES = tamperings.map(({ name }) => `answers 401 by itself to a delivery with ${name}`)
const LEFT = 'leaves every refusal to the error handling of the application when asked to'
const LEFT_METHOD = 'says what is allowed when the refusal of a method is left to the application'
const CUT_OFF = 'survives an upload that is cut off, and hands over what comes after'
const NOT_REFUSED = 'hands on what is not a refusal in any case'

const isCode = (error: unknown, code: string) => HubauthError.isInstance(error) && error.code === code

/** Applications that are wrong, each with the rules that find it. */
export const BROKEN_ROUTES = (
  [
    {
      flaw: 'hands over text that was decoded and parsed',
      rules: [
        'hands the route the delivery, with its exact bytes',
        'hands the route a delivery in a form, with its exact bytes',
      ],
      flaws: {
        hand: ({ name, payload }) => ({ name, body: Buffer.from(JSON.stringify(payload)) }),
      },
    },
    {
      flaw: 'drops duplicates',
      rules: ['hands over what comes twice, and runs no handler of the receiver'],
      flaws: {
        verify(receiver) {
          const seen = new Set<string>()
          return async (request) => {
            const delivery = await receiver.verify(request)
            if (seen.has(delivery.id)) throw new HubauthError('WEBHOOK_ALREADY_RUNNING', 'Seen before.')
            seen.add(delivery.id)
            return delivery
          }
        },
      },
    },
    {
      flaw: 'runs the handlers of the receiver',
      rules: ['hands over what comes twice, and runs no handler of the receiver'],
      flaws: {
        verify: (receiver) => async (request) => {
          const bytes = await request.body(1e6)
          const again = { ...request, body: async () => bytes }
          await receiver.receive(again)
          return receiver.verify(again)
        },
      },
    },
    {
      flaw: 'tells the application of uploads that are cut off',
      rules: [CUT_OFF],
      flaws: { become: (error) => (isCode(error, 'WEBHOOK_BODY_ABORTED') ? 'left' : 'answered') },
    },
    {
      flaw: 'forgets a promise that rejects with the upload',
      rules: [CUT_OFF],
      flaws: {
        read(...args) {
          const body = plainRead(...args)
          body.finally(() => undefined)
          return body
        },
      },
    },
    {
      flaw: 'goes on with what is refused',
      rules: [...FORGERIES, ...Object.values(BY_ITSELF), LEFT, LEFT_METHOD],
      flaws: { become: () => 'passed' },
    },
    {
      flaw: 'leaves refusals to the application in any case',
      rules: [...FORGERIES, ...Object.values(BY_ITSELF)],
      flaws: { become: () => 'left' },
    },
    {
      flaw: 'answers by itself in any case',
      rules: [LEFT, NOT_REFUSED],
      flaws: { become: () => 'answered' },
    },
    {
      flaw: 'drops the headers of its answers',
      rules: [BY_ITSELF.get, BY_ITSELF.put, LEFT_METHOD],
      flaws: { write: (response, answer) => plainWrite(response, { ...answer, headers: {} }) },
    },
    {
      flaw: 'ends the connection of a large upload',
      rules: [BY_ITSELF.large],
      flaws: { read: (request, maxBytes) => plainRead(request, maxBytes).finally(() => request.destroy()) },
    },
    {
      flaw: 'reads without a limit',
      rules: [BY_ITSELF.large],
      flaws: { read: (request) => plainRead(request, 1e9) },
    },
    {
      flaw: 'takes every error for a refusal',
      rules: [NOT_REFUSED],
      flaws: { become: (_, leavesRefusals) => (leavesRefusals ? 'left' : 'answered') },
    },
    {
      flaw: 'answers what is not a refusal with its words',
      rules: ['answers 500 without a word of what is not a refusal'],
      flaws: { leftAnswer: (error) => ({ ...errorResponse(error), body: String(error) }) },
    },
    ...NO_ERRORS.map(
      (nothing): BrokenRoute => ({
        flaw: `takes ${JSON.stringify(nothing)} for no error`,
        rules: [`is not passed when verify rejects with ${JSON.stringify(nothing)}`],
        flaws: { become: (error) => (error === nothing ? 'passed' : 'left') },
      }),
    ),
    {
      flaw: 'never answers what rejects with nothing',
      rules: ['is not passed when verify rejects with undefined'],
      flaws: {
        write: (response, answer) => {
          if (answer.status === 500) response.destroy()
          else plainWrite(response, answer)
        },
      },
    },
    {
      flaw: 'answers an error of the route',
      rules: ['does not answer an error of the route, not even one that looks like a refusal'],
      flaws: { catchesRoute: true },
    },
  ] satisfies readonly BrokenRoute[]
).map(({ flaws, ...broken }) => ({ ...broken, mount: routeApp(flaws) }))
