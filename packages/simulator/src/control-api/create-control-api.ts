import type { IncomingMessage } from 'node:http'
import { GITHUB_ERRORS } from '../errors/github-errors.ts'
import { Refusal } from '../errors/refusal.ts'
import { shown } from '../schema/mistake.ts'
import type { RequestTarget } from '../server/api-request.ts'
import { readJsonObject } from '../server/read-body.ts'
import { ok, type Reply } from '../server/reply.ts'
import type { Simulator } from '../simulator.ts'
import { warn } from '../warn.ts'
import type { Command } from './command.ts'
import { COMMANDS, READABLE } from './commands.ts'
import { crossSiteReason } from './same-site.ts'

const ROOT = '/_simulator'

/** The simulator over HTTP, for tests in any language. */
export interface ControlApi {
  /** Whether a request is for it. */
  owns(target: RequestTarget): boolean
  /** Does what was asked. Never rejects. */
  answer(request: IncomingMessage, target: RequestTarget): Promise<Reply>
}

/**
 * Drives a simulator over HTTP: `POST /_simulator/<method>` with the parameters as one JSON object, and
 * `GET /_simulator/<property>`. Answers are `{ "result": … }`, mistakes `{ "error": "…" }`.
 *
 * @param hosts Names that clients may reach it by, besides loopback names and IP addresses.
 */
export function createControlApi(simulator: () => Simulator, hosts: readonly string[]): ControlApi {
  return {
    owns: ({ mount, path }) => mount === '' && (path === ROOT || path.startsWith(`${ROOT}/`)),
    async answer(request, target) {
      const reason = crossSiteReason(request.headers, hosts)
      if (reason !== undefined) return mistake(403, reason)
      try {
        return await run(simulator(), request, target)
      } catch (error) {
        return mistakeOf(error)
      }
    },
  }
}

async function run(github: Simulator, request: IncomingMessage, target: RequestTarget): Promise<Reply> {
  const name = target.path.slice(ROOT.length + 1)
  const reading = request.method === 'GET' || request.method === 'HEAD'
  if (name === '' && reading) return ok(index(github))
  const command = (reading ? READABLE : COMMANDS).get(name)
  if (command === undefined) return unknown(name)
  if (reading) return result(await command.run(github, Object.fromEntries(target.query)))
  if (request.method !== 'POST') return unknown(name)
  if (!isJson(request))
    return mistake(415, 'The body must be JSON, and content-type: application/json must say so')
  return result(await command.run(github, await readJsonObject(request)))
}

/** What there is, for people and programs. */
function index(github: Simulator): unknown {
  const describe = ([name, { docs, parameters }]: [string, Command], method: string): unknown => ({
    name,
    request: `${method} ${ROOT}/${name}`,
    docs,
    parameters,
  })
  return {
    docs: 'POST takes one JSON object, GET takes a query. Answers are { result }, mistakes { error }.',
    url: github.url,
    reads: [...READABLE].map((entry) => describe(entry, 'GET')),
    commands: [...COMMANDS].map((entry) => describe(entry, 'POST')),
  }
}

function result(value: unknown): Reply {
  return ok({ result: value ?? null })
}

function unknown(name: string): Reply {
  const gets = [...READABLE.keys()].map((known) => `GET ${known}`)
  const posts = [...COMMANDS.keys()].map((known) => `POST ${known}`)
  if (READABLE.has(name) || COMMANDS.has(name)) {
    const allow = [READABLE.has(name) ? 'GET' : [], COMMANDS.has(name) ? 'POST' : []].flat().join(', ')
    return { ...mistake(405, `${ROOT}/${name} takes ${allow}`), headers: { allow } }
  }
  return {
    status: 404,
    body: { error: `There is no command ${shown(name)}`, commands: [...gets, ...posts] },
  }
}

function mistakeOf(error: unknown): Reply {
  if (error instanceof Refusal) {
    const { status, message } = GITHUB_ERRORS[error.code]
    return mistake(status, message)
  }
  if (error instanceof TypeError) return mistake(422, error.message)
  warn(error)
  return mistake(500, 'The simulator failed; its process says why on stderr')
}

function mistake(status: number, error: string): Reply {
  return { status, body: { error } }
}

// A form can be posted from any page without asking first; JSON cannot.
function isJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type']
  if (type !== undefined) return /^application\/json\s*(?:;|$)/i.test(type)
  return (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined
}
