import { FAULT } from '../faults/fault-schema.ts'
import { object, optional, required } from '../schema/object-schema.ts'
import { REPLICATION_LAG } from '../schema/options-schema.ts'
import { finite, integer, text } from '../schema/schema.ts'
import type { RequestFilter } from '../server/request-log.ts'
import { type Command, command } from './command.ts'

const FILTER = object<RequestFilter>({
  method: optional(text()),
  route: optional(text(), 'The pattern of an endpoint: /orgs/{org}/installation.'),
  status: optional(integer({ minimum: 0, maximum: 599 })),
})

/** Time, requests, and what goes wrong with them. */
export const REQUEST_COMMANDS: Readonly<Record<string, Command>> = {
  advance: command(
    'Moves the clock. Negative moves it back.',
    object<{ ms: number }>({ ms: required(finite('a number of milliseconds')) }),
    (github, { ms }) => github.advance(ms),
  ),
  reset: command('Begins anew, as it was seeded.', object<Record<never, never>>({}), (github) =>
    github.reset(),
  ),
  setReplicationLag: command(
    'How long new tokens and keys take to be known, from now on. What is left out is 0.',
    REPLICATION_LAG,
    (github, lag) => github.setReplicationLag(lag),
  ),
  fail: command('Puts a fault in place, and returns its id.', FAULT, (github, fault) => {
    const { id, hits } = github.fail(fault)
    return { id, hits }
  }),
  removeFault: command(
    'Takes a fault away. Returns whether there was one.',
    object<{ id: number }>({ id: required(integer({ minimum: 1 })) }),
    (github, { id }) => github.removeFault(id),
  ),
  clearFaults: command('Takes all faults away.', object<Record<never, never>>({}), (github) =>
    github.clearFaults(),
  ),
  count: command('How many requests matched, of all that were ever made.', FILTER, (github, filter) =>
    github.count(filter),
  ),
}
