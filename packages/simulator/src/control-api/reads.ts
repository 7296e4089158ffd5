import type { FaultReport } from '../faults/fault.ts'
import { object, optional } from '../schema/object-schema.ts'
import { type Schema, text } from '../schema/schema.ts'
import type { RequestFilter } from '../server/request-log.ts'
import type { Simulator } from '../simulator.ts'
import { type Command, command, NOTHING } from './command.ts'

const FILTER = object<RequestFilter>({
  method: optional(text()),
  route: optional(text(), 'The pattern of an endpoint: /orgs/{org}/installation.'),
  status: optional(statusInQuery()),
})

/** What `GET` shows. */
export const READS: Readonly<Record<string, Command>> = {
  state: command('Everything at a glance, without secrets.', NOTHING, stateOf),
  apps: command('Every app, with its first private key and its secrets.', NOTHING, ({ apps }) => apps),
  installations: command(
    'The installations of all apps, oldest first.',
    NOTHING,
    (github) => github.installations,
  ),
  requests: command('The newest 10 000 requests, oldest first.', NOTHING, ({ requests }) => requests),
  count: command('How many requests matched, of all that were ever made.', FILTER, (github, filter) =>
    github.count(filter),
  ),
  mints: command('How many installation access tokens were minted.', NOTHING, ({ mints }) => mints),
  jwts: command('How many different app JWTs were accepted.', NOTHING, ({ jwts }) => jwts),
  deliveries: command(
    'The newest deliveries to the hooks of all apps, oldest first.',
    NOTHING,
    (github) => github.deliveries,
  ),
  faults: command('The faults in place, and the newest that are spent.', NOTHING, ({ faults }) =>
    faults.map(faultInJson),
  ),
}

function stateOf(github: Simulator): unknown {
  return {
    url: github.url,
    now: new Date(github.now).toISOString(),
    apps: github.apps.map(({ id, clientId, slug, name, bot }) => ({ id, clientId, slug, name, bot })),
    installations: github.installations,
    requests: github.count(),
    mints: github.mints,
    jwts: github.jwts,
    faults: github.faults.filter(({ remaining }) => remaining > 0).length,
  }
}

// JSON has neither regular expressions nor infinity.
function faultInJson({ fault, remaining, ...report }: FaultReport): unknown {
  const path = fault.path instanceof RegExp ? { pattern: fault.path.source } : fault.path
  const times = fault.times === Number.POSITIVE_INFINITY ? 'always' : fault.times
  return {
    ...report,
    remaining: Number.isFinite(remaining) ? remaining : 'always',
    fault: { ...fault, path, times },
  }
}

function statusInQuery(): Schema<number> {
  const digits = text({ pattern: /^\d{1,3}$/, what: 'a status, or 0 for requests without an answer' })
  return { json: digits.json, check: (value, at) => Number(digits.check(value, at)) }
}
