import type { Token } from './token.ts'

/** Options of {@link TokenProvider.getToken}. */
export interface GetTokenOptions {
  /** Stops waiting. Others who wait for the same renewal are not disturbed. */
  readonly signal?: AbortSignal | undefined
  /**
   * How long the token must still be valid, in milliseconds: a token with less left is renewed first. Default
   * 60 000; at most 3 300 000 (55 minutes of GitHub's hour). A token minted just now is returned whatever it
   * has left.
   */
  readonly minRemainingMs?: number | undefined
  /**
   * The token that GitHub just refused. The provider never returns that one again, and ten callers who reject
   * the same token cause one renewal.
   */
  readonly rejected?: Token | undefined
}

/**
 * Anything that can return a token. Safe to call concurrently; tokens are frozen and shared. Everything else is
 * a provider around a provider, such as `cachedTokens` and `singleFlightTokens`.
 */
export interface TokenProvider<T extends Token = Token> {
  /** A token that is valid now. @throws {HubauthError} when there is none to be had. */
  getToken(options?: GetTokenOptions): Promise<T>
}
