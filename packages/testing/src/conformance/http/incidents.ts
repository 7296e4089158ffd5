import { deepStrictEqual } from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'

/** Of the frameworks and of Node, and said once in a process: nothing that a mount did in this case. */
const UNRELATED_WARNINGS = ['DeprecationWarning', 'ExperimentalWarning']

/**
 * Runs `work`, and checks that the process heard of nothing meanwhile: no rejection that nobody handles, no exception
 * that nobody catches, and no warning, such as of listeners that are never removed.
 *
 * @throws What `work` rejects with, else an `AssertionError` with what was heard.
 */
export async function withoutIncidents(work: () => Promise<void>): Promise<void> {
  const incidents: string[] = []
  const keep = (what: string) => (reason: unknown) => void incidents.push(`${what}: ${String(reason)}`)
  const listeners = {
    unhandledRejection: keep('unhandled rejection'),
    // Only listens: whatever else the process does about an exception, it still does.
    uncaughtExceptionMonitor: keep('uncaught exception'),
    warning: (warning: Error) => {
      if (!UNRELATED_WARNINGS.includes(warning.name)) keep('warning')(warning)
    },
  }
  for (const [event, listener] of Object.entries(listeners)) process.on(event, listener)
  try {
    await work()
    // A rejection counts as unhandled when its turn has ended.
    await setImmediate()
  } finally {
    for (const [event, listener] of Object.entries(listeners)) process.off(event, listener)
  }
  deepStrictEqual(incidents, [])
}
