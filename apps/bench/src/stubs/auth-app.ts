import { createAppAuth } from '@octokit/auth-app'
import { request } from '@octokit/request'

/** Where {@link authApp} keeps its tokens, as text. */
interface AuthAppCache {
  get(key: string): Promise<string>
  set(key: string, value: string): Promise<unknown>
}

/** How to make {@link authApp}. */
export interface AuthAppOptions {
  readonly baseUrl?: string
  readonly fetch?: typeof fetch
  /** Without it the JWT is a constant, for rows in which a hundred thousand RSA signatures would only take time. */
  readonly privateKey?: string
  /** Default: 15 000 tokens in memory. */
  readonly cache?: AuthAppCache
}

/** The peer, set up as its README says. */
export function authApp({
  baseUrl = 'http://127.0.0.1',
  fetch,
  privateKey,
  cache,
}: AuthAppOptions): ReturnType<typeof createAppAuth> {
  const options = {
    appId: 1,
    request: request.defaults({ baseUrl, ...(fetch && { request: { fetch } }) }),
    // It prints its deprecations otherwise.
    log: { warn: () => undefined },
    ...(cache && { cache }),
  }
  return privateKey === undefined
    ? createAppAuth({
        ...options,
        createJwt: async () => ({ jwt: 'constant', expiresAt: new Date(Date.now() + 540_000).toISOString() }),
      })
    : createAppAuth({ ...options, privateKey })
}
