import type { TokenCache } from '../cache/cache.ts'
import type { Lease } from '../cache/lease.ts'
import type { Clock } from '../clock.ts'
import type { GitHubHostOptions } from '../github/host.ts'
import type { KeySource } from '../key/key-source.ts'
import type { Observe } from '../observe.ts'
import { MAX_REMAINING_MS } from '../token/token-validity.ts'
import { checkedWhenThrottled, type WhenThrottled } from './when-throttled.ts'

/** What an app authenticates with. */
export interface AppCredentials {
  /** The client ID (`Iv23…`) or the App ID. GitHub Enterprise Server before 3.14 knows the App ID only. */
  readonly appId: string | number
  /** Signs for the app: `pemKey`, `fileKey`, `envKey`, or a KMS. */
  readonly key: KeySource
}

/** How to talk to GitHub; the same for all apps of a `createGitHubAuth`. */
export interface ConnectionOptions extends GitHubHostOptions {
  /** Root of the REST API. Default `https://api.github.com`; see `githubHost` for the others. */
  readonly baseUrl?: string | undefined
  /** Shares tokens with other processes, behind the memory of this one. It must say how it protects them. */
  readonly cache?: TokenCache | undefined
  /** Lets one of the processes that share `cache` mint while the others wait. Default: the one of `cache`, if it has one. */
  readonly lease?: Lease | undefined
  /** How many tokens this process remembers; the oldest is forgotten first. Default 100 000. */
  readonly maxTokens?: number | undefined
  /** How long before its expiry a token is renewed in the background, in milliseconds. Default 300 000; at most 3 300 000. */
  readonly refreshBeforeMs?: number | undefined
  /** For minting a token or a lookup with all retries, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /**
   * How long a fetch may wait in all for throttling to end, for a server error to pass, and for a new token to become
   * known, in milliseconds. Default 10 000; 0 never waits.
   */
  readonly retryBudgetMs?: number | undefined
  /** What a fetch does about rate limits: `send` it (default), `wait`, or `fail`. See {@link WhenThrottled}. */
  readonly whenThrottled?: WhenThrottled | undefined
  /** Sent as `User-Agent`, which GitHub requires. Default `hubauth`. */
  readonly userAgent?: string | undefined
  /**
   * Told of what goes wrong without a caller to tell: a cache that fails, a background renewal that fails. Default:
   * printed with `console.error`, at most once a minute.
   */
  readonly onProblem?: ((error: unknown) => void) | undefined
  /** Told what happens: mints, hits, waits, retries, throttling, requests. See {@link HubauthEvent}. */
  readonly observe?: Observe | undefined
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined
  readonly clock?: Clock | undefined
}

/** One app, and how to talk to GitHub. */
export interface GitHubAppOptions extends AppCredentials, ConnectionOptions {}

/** @throws {TypeError} For the first option that can never work. */
export function checkAppOptions({
  appId,
  key,
  cache,
  refreshBeforeMs = 0,
  timeoutMs = 1,
  retryBudgetMs = 0,
  maxTokens = 1,
  whenThrottled,
}: GitHubAppOptions): void {
  const isId =
    typeof appId === 'number'
      ? Number.isSafeInteger(appId) && appId > 0
      : typeof appId === 'string' && /^[\w.-]+$/.test(appId)
  if (!isId)
    throw new TypeError(
      'appId: expected the client ID ("Iv23…") or the App ID (a positive integer) from the settings of the app.',
    )
  if (typeof key?.sign !== 'function') {
    throw new TypeError(
      'key: expected a key source, such as pemKey(text), or fileKey(path) and envKey(name) of @hubauth/node.',
    )
  }
  if (cache !== undefined && !['sealed', 'memory', 'plaintext'].includes(cache.protection)) {
    throw new TypeError(
      'cache: it would keep live tokens in plain text; wrap it in sealedCache(cache, secret), or in plaintextCache(cache) if that is meant.',
    )
  }
  if (!(refreshBeforeMs >= 0 && refreshBeforeMs <= MAX_REMAINING_MS))
    throw new TypeError(`refreshBeforeMs: expected 0 to ${MAX_REMAINING_MS}.`)
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 1)
    throw new TypeError('maxTokens: expected a positive integer.')
  if (!(timeoutMs > 0)) throw new TypeError('timeoutMs: expected more than 0 milliseconds.')
  if (!(retryBudgetMs >= 0)) throw new TypeError('retryBudgetMs: expected 0 or more milliseconds.')
  checkedWhenThrottled(whenThrottled)
}
