import { inspect } from 'node:util'
import { type AnyHubauthError, HubauthError } from '@hubauth/core'
import { expect } from 'vitest'

/** The error of Hubauth that `promise` rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<AnyHubauthError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!HubauthError.isInstance(error)) throw new Error(`expected a HubauthError, not ${inspect(error)}`)
  return error
}

/** So many characters of a key are found nowhere by chance. */
const PART = 8

/** Checks that nothing of a secret, nor of a broken answer, can be seen on an error, wherever one looks. */
export function expectNothingOf(secret: string, error: Error): void {
  const seen = [
    inspect(error, { depth: 9, showHidden: true }),
    error.message,
    String(error.stack),
    JSON.stringify(error),
    inspect(error.cause, { depth: 9, showHidden: true }),
  ].join('\n')
  expect(seen).not.toMatch(/PRIVATE KEY|SecretString|SecretBinary/)
  const text = secret.replace(/-----[^-]+-----|\s/g, '')
  expect(text.length).toBeGreaterThan(PART)
  const parts = Array.from(text.slice(PART), (_, at) => text.slice(at, at + PART))
  expect(parts.filter((part) => seen.includes(part))).toEqual([])
}
