import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/**
 * Why a request must not be served, or undefined. A browser on this machine visits pages of other people, and those can
 * make it send requests here: with their own `Origin`, or to a name of theirs that points at this machine (DNS rebinding).
 * An address of digits cannot be anybody's name, so it is always good.
 */
export function crossSiteReason(headers: IncomingHttpHeaders, names: readonly string[]): string | undefined {
  const { host, origin } = headers
  const name = hostName(host ?? '')
  if (name === undefined || !isKnown(name, names))
    return 'The Host header must be a loopback name, an IP address, or one of control.hosts'
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return 'Pages of other origins may not drive the simulator'
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'Pages of other sites may not drive the simulator'
  return undefined
}

function hostName(host: string): string | undefined {
  return /^(?:\[([\da-f:.]+)\]|([^:/?#@\s]+))(?::\d{1,5})?$/i
    .exec(host)
    ?.slice(1)
    .find(Boolean)
    ?.toLowerCase()
}

function isKnown(name: string, names: readonly string[]): boolean {
  return (
    isIP(name) !== 0 ||
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    names.some((known) => known.toLowerCase() === name)
  )
}
