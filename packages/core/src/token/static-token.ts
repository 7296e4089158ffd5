import { HubauthError } from '../errors.ts'
import { Token } from './token.ts'
import type { TokenProvider } from './token-provider.ts'

/**
 * A provider of one given token, for scripts, tests, and personal access tokens.
 *
 * @param expiresAt When the token ends, in epoch milliseconds. Default: never.
 * There is no other token to be had, so `getToken({ rejected })` throws `TOKEN_REFUSED`.
 *
 * @throws {TypeError} When the value is empty.
 */
export function staticToken(value: string, expiresAt: number = Number.POSITIVE_INFINITY): TokenProvider {
  if (typeof value !== 'string' || value.trim() === '')
    throw new TypeError('staticToken(): expected a token.')
  const token = new Token(value.trim(), expiresAt)
  return {
    async getToken({ rejected } = {}) {
      if (rejected?.value === token.value)
        throw new HubauthError('TOKEN_REFUSED', 'GitHub refused the token that was given.')
      return token
    },
  }
}
