import { encode } from 'jose/base64url'
import type { KeySource, SignOptions } from '../key/key-source.ts'

/** GitHub recommends a minute in the past, against clocks that drift. */
const JWT_BACKDATE_S = 60
/** GitHub refuses more than 600 s ahead of its own clock; exactly 600 fails with the slightest drift. */
const JWT_LIFETIME_S = 540

/** Who signs an app JWT, and when. */
export interface AppJwtOptions {
  readonly key: KeySource
  /** The App ID or the client ID, as given: both are accepted as `iss` (Enterprise Server before 3.14: App ID only). */
  readonly issuer: string | number
  /** GitHub's time, in epoch milliseconds. */
  readonly now: number
}

/** An app JWT and when it runs out, in epoch milliseconds of GitHub's time. */
export interface AppJwt {
  readonly value: string
  readonly expiresAt: number
}

/**
 * Signs the JWT with which an app authenticates as itself
 * (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app).
 *
 * RS256; `iat` 60 s in the past, `exp` 540 s ahead, both whole seconds; a random `jti`, because GitHub answers 404 to
 * byte-identical JWTs from several processes (github-aws-runners#5025).
 */
export async function signAppJwt(
  { key, issuer, now }: AppJwtOptions,
  options: SignOptions = {},
): Promise<AppJwt> {
  const seconds = Math.floor(now / 1000)
  const claims = {
    iat: seconds - JWT_BACKDATE_S,
    exp: seconds + JWT_LIFETIME_S,
    iss: issuer,
    jti: crypto.randomUUID(),
  }
  const input = `${encode(JSON.stringify({ alg: 'RS256', typ: 'JWT' }))}.${encode(JSON.stringify(claims))}`
  const signature = await key.sign(new TextEncoder().encode(input), options)
  return { value: `${input}.${encode(signature)}`, expiresAt: claims.exp * 1000 }
}
