import type { ListeningServer } from '../../listen.ts'
import { withoutIncidents } from './incidents.ts'
import { within } from './within.ts'

/** A rule that takes longer waits for something that will not come. Cases end themselves, so that servers are closed. */
const HANGS_AFTER_MS = 25_000

/** Starts a server that is closed when the rule has ended. */
export type OpenServer = <Server extends ListeningServer>(start: () => Promise<Server>) => Promise<Server>

/**
 * Applies a rule about servers, and closes them whatever happened.
 *
 * @throws What the rule rejects with, else an `AssertionError` for a rule that hangs, or for what the process heard of
 * meanwhile.
 */
export function withServers(rule: (open: OpenServer) => Promise<void>): Promise<void> {
  return withoutIncidents(async () => {
    const servers: ListeningServer[] = []
    const open: OpenServer = async (start) => {
      const server = await start()
      servers.push(server)
      return server
    }
    try {
      await within(HANGS_AFTER_MS, rule(open))
    } finally {
      await Promise.all(servers.map((server) => server.close()))
    }
  })
}
