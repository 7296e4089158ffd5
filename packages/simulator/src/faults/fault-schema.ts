import { GITHUB_ERRORS, type GitHubErrorCode } from '../errors/github-errors.ts'
import { isJsonObject } from '../json-object.ts'
import { shown } from '../schema/mistake.ts'
import { type ObjectSchema, object, optional, required } from '../schema/object-schema.ts'
import {
  choice,
  finite,
  instance,
  integer,
  MAX_TIMER_MS,
  NULL,
  oneOf,
  record,
  type Schema,
  text,
} from '../schema/schema.ts'
import type { DelayRange, Fault, FaultResponse } from './fault.ts'
import { faultMode } from './fault-mode.ts'

const LAST_SEED = 2 ** 32 - 1
const MIN_STATUS = 200
const MAX_STATUS = 599

const STATUS = integer({ minimum: MIN_STATUS, maximum: MAX_STATUS })
const DELAY = finite(`a number of milliseconds from 0 to ${MAX_TIMER_MS}`, {
  minimum: 0,
  maximum: MAX_TIMER_MS,
})
// What HTTP allows, so that a wrong header is found here and not in the middle of an answer.
const HEADER_NAME = text({ pattern: /^[\w!#$%&'*+.^`|~-]+$/, what: 'a header name' })
const HEADER_VALUE = text({ pattern: /^[\t\x20-\x7e\x80-\xff]*$/, what: 'a header value' })
const ERROR_CODES = Object.keys(GITHUB_ERRORS).filter(isErrorCode)

const ANSWER = object<Exclude<FaultResponse, string>>({
  status: required(STATUS),
  headers: optional(record(HEADER_VALUE, HEADER_NAME)),
  body: optional(
    choice<Readonly<Record<string, unknown>> | string>('an object or a string', [
      { when: isText, schema: text() },
      { when: isJsonObject, schema: instance('an object', isJsonObject, { type: 'object' }) },
    ]),
  ),
})

/** What `fail` takes. */
export const FAULT: ObjectSchema<Fault> = object<Fault>({
  method: optional(text()),
  route: optional(text(), 'The pattern of an endpoint: /orgs/{org}/installation.'),
  path: optional(
    choice<string | RegExp | { readonly pattern: string }>('a path, a regular expression or { pattern }', [
      { when: isText, schema: text() },
      { when: isRegExp, schema: instance('a regular expression', isRegExp) },
      { when: isJsonObject, schema: object<{ pattern: string }>({ pattern: required(regularExpression()) }) },
    ]),
    'An exact path without mount and query, or { pattern } with the source of a regular expression.',
  ),
  times: optional(
    choice<number | 'always'>('a positive integer or always', [
      { when: isText, schema: oneOf('always') },
      { when: (value) => value === Number.POSITIVE_INFINITY, schema: instance('Infinity', isNumber) },
      { when: isNumber, schema: integer({ minimum: 1 }) },
    ]),
    'How many requests it hits. Default 1.',
  ),
  after: optional(integer({ minimum: 0 }), 'How many matching requests go by first. Default 0.'),
  probability: optional(finite('a number from 0 to 1', { minimum: 0, maximum: 1 }), 'Default 1.'),
  seed: optional(
    integer({ minimum: 0, maximum: LAST_SEED }),
    'The same seed and requests get the same hits.',
  ),
  delayMs: optional(delay(), 'Waited first, in real milliseconds: a number, or { minMs, maxMs }.'),
  mode: optional(faultMode(), 'One of GitHub’s failure modes by name.'),
  error: optional(oneOf(...ERROR_CODES), 'One of GitHub’s errors by name.'),
  values: optional(record(text()), 'Replaces {name} in the text of the error.'),
  headers: optional(
    record(
      choice<string | null>('a string, or null to leave the header out', [
        { when: (value) => value === null, schema: NULL },
        { when: isText, schema: HEADER_VALUE },
      ]),
      HEADER_NAME,
    ),
    'Headers of the error; null leaves one out.',
  ),
  status: optional(STATUS, 'Instead of the status of the error.'),
  response: optional(
    choice<FaultResponse>('an answer, reset, hang, truncate or html', [
      { when: isText, schema: oneOf('reset', 'hang', 'truncate', 'html') },
      { when: isJsonObject, schema: ANSWER },
    ]),
    'A made-up answer { status, headers, body }, or reset, hang, truncate, html.',
  ),
})

/** @throws {TypeError} naming the field that does not hold, or two that exclude each other. */
export function checkedFault(fault: Fault): Fault {
  const checked = FAULT.check(fault, 'fault')
  const { mode, error, response, values, headers, status } = checked
  const given = Object.entries({ mode, error, response }).filter(([, value]) => value !== undefined)
  if (given.length > 1)
    throw new TypeError(`fault: give one of ${given.map(([name]) => name).join(' and ')}, not both`)
  const named = mode ?? error
  if (values !== undefined && named === undefined)
    throw new TypeError('fault.values fills in the text of a mode or an error: give one')
  if ((headers ?? status) !== undefined && named === undefined && response !== 'html')
    throw new TypeError(
      'fault.headers and fault.status belong to a mode, an error or html; an answer has its own in response',
    )
  return checked
}

function delay(): Schema<number | DelayRange> {
  const range = object<DelayRange>({ minMs: required(DELAY), maxMs: required(DELAY) })
  return choice<number | DelayRange>('a number of milliseconds or { minMs, maxMs }', [
    { when: isNumber, schema: DELAY },
    {
      when: isJsonObject,
      schema: {
        json: range.json,
        check(value, at) {
          const { minMs, maxMs } = range.check(value, at)
          if (minMs > maxMs) throw new TypeError(`${at}.maxMs must not be less than ${at}.minMs`)
          return { minMs, maxMs }
        },
      },
    },
  ])
}

function regularExpression(): Schema<string> {
  return {
    json: { type: 'string', format: 'regex' },
    check(value, at) {
      const source = text().check(value, at)
      try {
        new RegExp(source)
        return source
      } catch {
        throw new TypeError(`${at}: ${shown(source)} is not a regular expression`)
      }
    },
  }
}

function isErrorCode(code: string): code is GitHubErrorCode {
  return Object.hasOwn(GITHUB_ERRORS, code)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function isRegExp(value: unknown): value is RegExp {
  return value instanceof RegExp
}
