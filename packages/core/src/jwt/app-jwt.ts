import { encode } from 'jose/base64url'

/** GitHub recommends a minute in the past, against clocks that drift. */
const JWT_BACKDATE_S = 60
/** GitHub refuses more than 600 s ahead of its own clock; exactly 600 fails with the slightest drift. */
const JWT_LIFETIME_S = 540

/** Whose JWT it is, and when it is made. */
export interface AppJwtOptions {
  /** The App ID or the client ID, as given: both are accepted as `iss` (Enterprise Server before 3.14: App ID only). */
  readonly issuer: string | number
  /** GitHub's time, in epoch milliseconds. */
  readonly now: number
}

/** What an app JWT says, and when it runs out, in epoch milliseconds of GitHub's time. */
export interface AppJwt {
  /** Header and claims, ready to be signed. */
  readonly input: string
  readonly expiresAt: number
}

/**
 * The JWT with which an app authenticates as itself, unsigned
 * (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app).
 *
 * RS256; `iat` 60 s in the past, `exp` 540 s ahead, both whole seconds; a random `jti`, because GitHub answers 404 to
 * byte-identical JWTs from several processes (github-aws-runners#5025).
 */
export function appJwt({ issuer, now }: AppJwtOptions): AppJwt {
  const seconds = Math.floor(now / 1000)
  const claims = {
    iat: seconds - JWT_BACKDATE_S,
    exp: seconds + JWT_LIFETIME_S,
    iss: issuer,
    jti: crypto.randomUUID(),
  }
  const input = `${encode(JSON.stringify({ alg: 'RS256', typ: 'JWT' }))}.${encode(JSON.stringify(claims))}`
  return { input, expiresAt: claims.exp * 1000 }
}

/** The JWT with its RS256 signature. */
export function signedAppJwt({ input }: AppJwt, signature: Uint8Array): string {
  return `${input}.${encode(signature)}`
}
