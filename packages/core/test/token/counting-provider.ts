import { type Clock, type GetTokenOptions, Token, type TokenProvider } from '../../src/index.ts'

/** A provider whose tokens are `t1`, `t2`, …, and what it was asked. */
export interface CountingProvider extends TokenProvider {
  /** What every call asked for, oldest first. */
  readonly calls: readonly GetTokenOptions[]
  /** Awaited by every call before it answers; may reject. Default: nothing. */
  before: () => Promise<void>
  /** How long a token lives, in milliseconds. Default an hour. */
  lifetimeMs: number
}

export function countingProvider(clock: Clock): CountingProvider {
  const calls: GetTokenOptions[] = []
  return {
    calls,
    lifetimeMs: 3_600_000,
    before: async () => undefined,
    async getToken(options = {}) {
      const number = calls.push(options)
      await this.before()
      return new Token(`t${number}`, clock.now() + this.lifetimeMs)
    },
  }
}
