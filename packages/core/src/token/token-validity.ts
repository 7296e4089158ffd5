import type { Token } from './token.ts'
import type { GetTokenOptions } from './token-provider.ts'

/** A token with less left than this is not handed out, unless it was minted just now. */
export const MIN_REMAINING_MS = 60_000
/** GitHub's tokens live an hour, so nobody can ask for more without a mint for every call. */
export const MAX_REMAINING_MS = 55 * 60_000

/** Whether a token may be handed to somebody who asked with these options. */
export function satisfies(
  token: Token,
  { minRemainingMs = MIN_REMAINING_MS, rejected }: GetTokenOptions,
  now: number,
): boolean {
  return token.expiresAt - now >= minRemainingMs && token.value !== rejected?.value
}
