import { Refusal } from '../errors/refusal.ts'

/** What of a client's own words is repeated. */
const MAX_QUOTED_CHARACTERS = 100

/** GitHub's 422 for a request that does not have the documented form. `detail` is the sentence that says why. */
export function invalidRequest(detail: string): Refusal {
  return new Refusal('INVALID_REQUEST', { values: { detail } })
}

/** The same for a member of the body: `For 'properties/title', 5 is not a string.` */
export function invalidProperty(name: string, problem: string): Refusal {
  return invalidRequest(`For 'properties/${name}', ${problem}.`)
}

/** A value as such a sentence repeats it: JSON, at most 100 characters. Not for secrets. */
export function quoted(value: unknown): string {
  return JSON.stringify(value).slice(0, MAX_QUOTED_CHARACTERS)
}
