import { Refusal } from '../errors/refusal.ts'

/** The media ranges that an answer of the API can be: JSON in all its names, and what is GitHub's own. */
const ACCEPTABLE = /^\s*(?:\*\/\*|application\/(?:\*|json|[\w.+-]+\+json|vnd\.github[\w.+-]*))\s*(?:;|$)/i

/**
 * Checks what a client is ready to take. Nothing said is everything.
 *
 * @throws {Refusal} 415 when the API has nothing of the kind.
 */
export function checkAccept(accept: string | undefined): void {
  if (accept === undefined || accept === '') return
  if (accept.split(',').some((range) => ACCEPTABLE.test(range))) return
  throw new Refusal('UNSUPPORTED_ACCEPT', { values: { accept: accept.slice(0, 100) } })
}
