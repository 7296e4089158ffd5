import { OTHER } from './attributes.ts'

/** What GitHub could call an event or a resource. */
const NAME = /^[a-z0-9_]{1,64}$/

/**
 * Lets the first `limit` names through, and makes `_OTHER` of the rest and of what is no name: a header decides on them, and
 * each is a time series for as long as the process lives.
 */
export function boundedNames(limit: number): (name: string | undefined) => string | undefined {
  const names = new Set<string>()
  return (name) => {
    if (name === undefined || names.has(name)) return name
    if (names.size >= limit || !NAME.test(name)) return OTHER
    names.add(name)
    return name
  }
}
