import { FAULT } from '../faults/fault-schema.ts'
import { FILTER } from '../schema/method-schemas.ts'
import { object, required } from '../schema/object-schema.ts'
import { REPLICATION_LAG } from '../schema/options-schema.ts'
import { finite, integer } from '../schema/schema.ts'
import { type Command, command, NOTHING } from './command.ts'

/** Time, requests, and what goes wrong with them. */
export const REQUEST_COMMANDS: Readonly<Record<string, Command>> = {
  advance: command(
    'Moves the clock. Negative moves it back.',
    object<{ ms: number }>({ ms: required(finite('a number of milliseconds')) }),
    (github, { ms }) => github.advance(ms),
  ),
  reset: command('Begins anew, as it was seeded.', NOTHING, (github) => github.reset()),
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
  clearFaults: command('Takes all faults away.', NOTHING, (github) => github.clearFaults()),
  count: command('How many requests matched, of all that were ever made.', FILTER, (github, filter) =>
    github.count(filter),
  ),
}
