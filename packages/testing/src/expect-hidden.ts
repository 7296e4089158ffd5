import { AssertionError } from 'node:assert/strict'
import { inspect } from 'node:util'

/** Shorter pieces of a secret are found by accident. */
const PIECE_LENGTH = 12
/** Of any key, and of any token on its way. */
const CREDENTIAL = /PRIVATE KEY-----|MII[\w+/]{20}|Bearer \w/

/**
 * Checks that nothing of a secret can be seen in an error or any other value, however it is printed: no twelve characters in
 * a row, nor a private key or a bearer token of anybody else. Lines that say what a PEM is are no secret.
 *
 * @throws {AssertionError} Which does not say what was found, for it may be a real one.
 * @throws {TypeError} When there is nothing to look for.
 */
export function expectHidden(secret: string, value: unknown): void {
  const text = secret.replace(/-----[^-]+-----/g, '').trim()
  if (text === '') throw new TypeError('secret: expected some text.')
  const shown = printed(value)
  if (CREDENTIAL.test(shown) || piecesOf(text).some((piece) => shown.includes(piece)))
    throw new AssertionError({ message: 'expected to see nothing of the secret' })
}

function piecesOf(text: string): readonly string[] {
  const count = Math.max(1, text.length - PIECE_LENGTH + 1)
  return Array.from({ length: count }, (_, at) => text.slice(at, at + PIECE_LENGTH))
}

/** Every way in which a value gets into a log. */
function printed(value: unknown): string {
  const all = { depth: 9, showHidden: true, maxStringLength: Number.POSITIVE_INFINITY }
  const { message, stack, cause } = value instanceof Error ? value : new Error()
  return [
    inspect(value, all),
    inspect(cause, all),
    String(value),
    JSON.stringify(value),
    message,
    stack,
  ].join('\n')
}
