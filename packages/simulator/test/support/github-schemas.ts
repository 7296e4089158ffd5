import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { type Schema, undeclaredMembers } from './undeclared-members.ts'

interface Description {
  readonly operations: Readonly<Record<string, Readonly<Record<string, Schema | null>>>>
  readonly events: Readonly<Record<string, Schema>>
  readonly schemas: Readonly<Record<string, Schema>>
}

/** An answer, as `call` gives it. */
export interface AnswerToCheck {
  readonly status: number
  readonly headers: Headers
  /** Parsed when it is JSON; the text otherwise. */
  readonly json: unknown
}

const API = descriptionIn('github-api.json')
const WEBHOOKS = descriptionIn('github-webhooks.json')
const PERMISSIONS = API.schemas['app-permissions']?.properties ?? {}
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

const ajv = new Ajv({
  strict: true,
  // `type: [string, null]`, and what `anyOf` adds to the type of its parent, are how GitHub writes.
  allowUnionTypes: true,
  strictTypes: false,
  strictRequired: false,
  // Strict mode refuses what is no schema when it compiles it; the meta-schema would find nothing more.
  validateSchema: false,
  allErrors: true,
})
// The root of each file is a collection of schemas and none itself.
ajv.addVocabulary(['source', 'operations', 'events', 'schemas'])
addFormats.default(ajv)
ajv.addSchema(API, 'api').addSchema(WEBHOOKS, 'webhooks')
const compiled = new Map<string, ValidateFunction>()

/** Whether GitHub's OpenAPI description has the endpoint, which is written as in `ROUTES`: `GET /orgs/:org`. */
export function isDescribed(endpoint: string): boolean {
  return API.operations[operationOf(endpoint)] !== undefined
}

/**
 * What contradicts GitHub's OpenAPI description in an answer, a line each; none when it holds.
 *
 * Errors may have statuses that the operation does not declare: GitHub declares few of those it gives.
 *
 * @param endpoint as in `ROUTES`: `GET /orgs/:org`.
 */
export function answerViolations(endpoint: string, answer: AnswerToCheck): string[] {
  const operation = operationOf(endpoint)
  const responses = API.operations[operation]
  if (responses === undefined) return [`${operation} is not described`]
  const schema = responses[answer.status]
  if (schema === undefined && answer.status < 300) return [`status ${answer.status} is not declared`]
  if (schema === null || answer.status === 204 || answer.status === 304) return bodyViolations(answer)
  if (answer.status >= 300) return errorViolations(answer, schema && pointer(operation, answer.status))
  return [...mediaTypeViolations(answer), ...valueViolations(pointer(operation, answer.status), answer.json)]
}

/** What contradicts GitHub's description of a webhook in a payload, a line each; none when it holds. */
export function webhookViolations(event: string, action: string | undefined, payload: unknown): string[] {
  const name = [event, action ?? []].flat().join('.')
  if (WEBHOOKS.events[name] === undefined) return [`webhook ${name} is not described`]
  return valueViolations(`webhooks#/events/${name}`, payload)
}

/** The webhooks that there are schemas of: `issues.opened`, `ping`. */
export function describedWebhooks(): string[] {
  return Object.keys(WEBHOOKS.events)
}

function descriptionIn(file: string): Description {
  return JSON.parse(readFileSync(new URL(`../schemas/${file}`, import.meta.url), 'utf8')) as Description
}

// What is below a repository's id is below its name as well; only the latter is described. The root of its files is the
// empty path.
function operationOf(endpoint: string): string {
  return endpoint
    .replace(/^(\w+ \/)repositories\/:repository_id/, '$1repos/:owner/:repo')
    .replace(/\/contents$/, '$&/:path')
    .replaceAll(/[:*](\w+)/g, '{$1}')
}

function pointer(operation: string, status: number): string {
  return `api#/operations/${encodeURIComponent(operation.replaceAll('/', '~1'))}/${status}`
}

function bodyViolations({ json }: AnswerToCheck): string[] {
  return json === '' ? [] : ['a body where there must be none']
}

function mediaTypeViolations({ headers }: AnswerToCheck): string[] {
  const type = headers.get('content-type')
  return type === 'application/json; charset=utf-8' ? [] : [`content-type is ${type}`]
}

// The schemas of errors require next to nothing. GitHub's errors have a message, a page and their status.
function errorViolations(answer: AnswerToCheck, declared: string | null | undefined): string[] {
  const { status, json, headers } = answer
  if (headers.get('content-type')?.startsWith('text/html')) return json === '' ? ['an empty page'] : []
  const undeclared = `api#/schemas/${status === 422 ? 'validation-error' : 'basic-error'}`
  const body = typeof json === 'object' && json !== null ? json : {}
  return [
    ...mediaTypeViolations(answer),
    ...valueViolations(declared ?? undeclared, json),
    ...('message' in body && body.message !== '' ? [] : ['an error without a message']),
    ...('documentation_url' in body ? [] : ['an error without a documentation_url']),
    ...('status' in body && body.status === String(status) ? [] : ['an error without its status']),
  ]
}

function valueViolations(reference: string, value: unknown): string[] {
  const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference })
  compiled.set(reference, validate)
  validate(value)
  return [
    ...(validate.errors ?? []).map(readable),
    ...undeclaredMembers({ document: documentOf(reference), schema: schemaAt(reference) }, value),
    ...detailViolations(value, ''),
  ]
}

function documentOf(reference: string): Description {
  return reference.startsWith('api#') ? API : WEBHOOKS
}

function schemaAt(reference: string): Schema {
  return { $ref: reference.slice(reference.indexOf('#')) }
}

function readable({ instancePath, message, params, schemaPath }: ErrorObject): string {
  return `${instancePath || '/'} ${message} ${JSON.stringify(params)} (${schemaPath})`
}

// What a schema cannot say: the names of permissions are closed, and times have whole seconds.
function detailViolations(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const at = `${path}/${name}`
    if (typeof member === 'string' && name.endsWith('_at') && !TIMESTAMP.test(member))
      return [`${at} is not a time of whole seconds: ${member}`]
    if (name === 'permissions' && typeof member === 'object' && member !== null)
      return permissionViolations(member, at)
    return detailViolations(member, at)
  })
}

// A repository has `permissions` too: what its viewer may do, as booleans.
function permissionViolations(permissions: object, path: string): string[] {
  return Object.entries(permissions)
    .filter(([, level]) => typeof level !== 'boolean')
    .filter(([name, level]) => !PERMISSIONS[name]?.enum?.includes(level))
    .map(([name, level]) => `${path}/${name} is not a permission of level ${level}`)
}
