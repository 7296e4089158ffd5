import { type GitHubErrorOptions, githubError } from '../errors/github-error.ts'
import type { Reply } from '../server/reply.ts'
import type { Fault } from './fault.ts'
import { FAULT_PRESETS, type FaultPreset } from './fault-presets.ts'
import { htmlErrorPage } from './html-page.ts'

const BAD_GATEWAY = 502

interface FaultContext {
  /** The moment of the request, in epoch milliseconds. */
  readonly now: number
  /** The documentation page of the endpoint. */
  readonly docs: string | undefined
}

/** What a fault answers instead of the real answer; undefined when the real answer comes, whole or cut, or none at all. */
export function faultReply(fault: Fault, context: FaultContext): Reply | undefined {
  const { response, error, mode } = fault
  if (typeof response === 'object') return response
  if (response === 'html') return htmlReply(fault)
  if (error !== undefined) return errorReply(fault, { code: error }, context)
  return mode === undefined ? undefined : errorReply(fault, FAULT_PRESETS[mode](context.now), context)
}

function errorReply(fault: Fault, preset: FaultPreset, { docs }: FaultContext): Reply {
  const options: GitHubErrorOptions = {
    headers: headersOf(fault, preset.headers),
    values: { ...preset.values, ...fault.values },
    ...(docs === undefined ? {} : { docs }),
  }
  const { status, headers, body } = githubError(preset.code, options)
  if (fault.status === undefined) return { status, headers, body }
  const told = typeof body === 'string' ? body : { ...body, status: String(fault.status) }
  return { status: fault.status, headers, body: told }
}

function htmlReply(fault: Fault): Reply {
  const status = fault.status ?? BAD_GATEWAY
  return { status, body: htmlErrorPage(status), headers: headersOf(fault) }
}

function headersOf(
  { headers = {} }: Fault,
  preset: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const all = new Map<string, string>(Object.entries(preset))
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) all.delete(name.toLowerCase())
    else all.set(name.toLowerCase(), value)
  }
  return Object.fromEntries(all)
}
