import { type Clock, withDeadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import { property, refused } from '../github/api-answer.ts'
import type { KeySource } from '../key/key-source.ts'
import { keyFingerprint } from '../key/public-key.ts'
import type { AppApi } from '../token/app-api.ts'

/** A key that GitHub accepts, and the app that it belongs to. */
export interface VerifiedKey {
  /** As the settings of the app show it; undefined when the key source does not tell its public key. */
  readonly fingerprint: string | undefined
  /** The App ID. */
  readonly appId: number
  readonly slug: string
  readonly name: string
}

/** How to verify a key. */
export interface VerifyKeyContext {
  /** Calls GitHub with `key`. */
  readonly api: AppApi
  readonly key: KeySource
  readonly clock: Clock
  readonly timeoutMs: number
}

/** Asks GitHub who the app is (`GET /app`), with a signature of the key. */
export function verifyKey({ api, key, clock, timeoutMs }: VerifyKeyContext): Promise<VerifiedKey> {
  return withDeadline({ clock, timeoutMs, what: 'Verifying the key' }, async (deadline) => {
    const answer = await api.call({ method: 'GET', path: '/app' }, deadline)
    if (answer.status !== 200) throw refused(answer, 'Verifying the key of the app')
    const [appId, slug, name] = ['id', 'slug', 'name'].map((field) => property(answer.body, field))
    if (typeof appId !== 'number' || typeof slug !== 'string' || typeof name !== 'string')
      throw new HubauthError('UNEXPECTED_RESPONSE', 'GitHub did not tell which app the key belongs to.')
    // Asked for last: of several keys, the one that GitHub accepted signs now.
    const fingerprint =
      key.publicKey === undefined ? undefined : await keyFingerprint(key, { signal: deadline.signal })
    return { fingerprint, appId, slug, name }
  })
}
