import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { compactVerify } from 'jose/jws/compact/verify'
import { decodeJwt } from 'jose/jwt/decode'
import { Refusal } from '../errors/refusal.ts'
import type { Apps } from '../state/apps.ts'
import type { App } from '../state/entities.ts'

/** GitHub's own maximum lifetime of an app JWT, counted from now. */
const MAX_LIFETIME_SECONDS = 600
/** An `iat` in the future is refused from the first second, as clients with a slightly fast clock learn on GitHub. */
const IAT_LEEWAY_SECONDS = 0
/** Verified JWTs that are remembered. A JWT beyond that is verified (and counted) again. */
const MAX_REMEMBERED = 10_000

interface VerifiedJwt {
  readonly app: App
  readonly fingerprint: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** Checks app JWTs as GitHub does: RS256 only, by the simulator's clock, with GitHub's own texts. */
export class AppJwtVerifier {
  readonly #apps: Apps
  readonly #verified = new Map<string, VerifiedJwt>()
  #seen = 0

  constructor(apps: Apps) {
    this.#apps = apps
  }

  /** How many different JWTs were accepted. */
  get seen(): number {
    return this.#seen
  }

  /**
   * The app that signed the JWT. A remembered JWT skips the signature, never the claims, and only while its key exists.
   *
   * @throws {Refusal} with GitHub's reason.
   */
  async verify(jwt: string, now: number): Promise<App> {
    const known = this.#verified.get(jwt)
    if (known?.app.keys.has(known.fingerprint)) {
      checkTimes(known.claims, now)
      return known.app
    }
    const { header, claims } = decode(jwt)
    if (header.alg !== 'RS256') throw new Refusal('JWT_UNDECODABLE')
    const app = this.#issuer(claims.iss)
    const fingerprint = await signingKey(jwt, app, now)
    checkTimes(claims, now)
    this.#remember(jwt, { app, fingerprint, claims }, now)
    return app
  }

  #issuer(iss: unknown): App {
    const text = typeof iss === 'number' ? String(iss) : iss
    if (typeof text !== 'string' || !/^(?:\d{1,15}|Iv\w{1,60}(?:\.\w{1,60})?)$/.test(text)) {
      const custom = typeof text === 'string' ? this.#apps.findByClientId(text) : undefined
      if (custom === undefined) throw new Refusal('JWT_ISS_INVALID')
      return custom
    }
    const app =
      this.#apps.findByClientId(text) ?? (/^\d/.test(text) ? this.#apps.findById(Number(text)) : undefined)
    if (app === undefined) throw new Refusal('INTEGRATION_NOT_FOUND')
    return app
  }

  #remember(jwt: string, verified: VerifiedJwt, now: number): void {
    if (!this.#verified.has(jwt)) this.#seen += 1
    this.#verified.set(jwt, verified)
    for (const [old, { claims }] of this.#verified) {
      if (this.#verified.size <= MAX_REMEMBERED && Number(claims.exp) * 1000 > now) return
      this.#verified.delete(old)
    }
  }
}

function decode(jwt: string): { header: { alg?: string }; claims: Readonly<Record<string, unknown>> } {
  try {
    return { header: decodeProtectedHeader(jwt), claims: decodeJwt(jwt) }
  } catch {
    throw new Refusal('JWT_UNDECODABLE')
  }
}

async function signingKey(jwt: string, app: App, now: number): Promise<string> {
  const known = [...app.keys.values()].filter(({ knownAt }) => now >= knownAt)
  if (known.length === 0) throw new Refusal('APP_HAS_NO_KEY')
  for (const { publicKey, fingerprint } of known.map(({ key }) => key)) {
    try {
      await compactVerify(jwt, publicKey, { algorithms: ['RS256'] })
      return fingerprint
    } catch {
      // Not this key; the app may have another one.
    }
  }
  throw new Refusal('JWT_UNDECODABLE')
}

function checkTimes({ exp, iat }: Readonly<Record<string, unknown>>, now: number): void {
  const seconds = Math.floor(now / 1000)
  if (typeof exp !== 'number' || exp <= seconds) throw new Refusal('JWT_EXP_NOT_FUTURE')
  if (exp > seconds + MAX_LIFETIME_SECONDS) throw new Refusal('JWT_EXP_TOO_FAR')
  if (!Number.isInteger(iat) || Number(iat) > seconds + IAT_LEEWAY_SECONDS)
    throw new Refusal('JWT_IAT_INVALID')
}
