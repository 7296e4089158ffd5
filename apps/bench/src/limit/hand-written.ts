import { createHmac, createSecretKey, createSign, type KeyObject, timingSafeEqual } from 'node:crypto'

/** The least code that does the two jobs of an app: no retries, no errors, no scopes, no rotation, nothing shared. */

/** An app JWT. */
export function signJwt(key: KeyObject, appId: number): string {
  const now = Math.floor(Date.now() / 1000)
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const input = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iat: now - 60, exp: now + 540, iss: appId })}`
  return `${input}.${createSign('RSA-SHA256').update(input).sign(key, 'base64url')}`
}

/** A token and when it ends. */
export interface KeptToken {
  readonly token: string
  readonly expiresAtMs: number
}

/** Mints one token with one bare fetch. */
export async function mint(apiUrl: string, jwt: string, installationId: number): Promise<KeptToken> {
  const response = await fetch(`${apiUrl}/app/installations/${installationId}/access_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${jwt}`, accept: 'application/vnd.github+json' },
  })
  return keptToken(await response.text())
}

/** Reads what GitHub answers to a mint. */
export function keptToken(answer: string): KeptToken {
  const { token, expires_at } = JSON.parse(answer) as { token: string; expires_at: string }
  return { token, expiresAtMs: Date.parse(expires_at) }
}

/** A token from a map, or a new one. */
export async function cachedToken(
  tokens: Map<number, KeptToken>,
  installationId: number,
  mintOne: (installationId: number) => Promise<KeptToken>,
): Promise<string> {
  const kept = tokens.get(installationId)
  if (kept !== undefined && kept.expiresAtMs > Date.now()) return kept.token
  const minted = await mintOne(installationId)
  tokens.set(installationId, minted)
  return minted.token
}

export function webhookKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret))
}

/** Whether `X-Hub-Signature-256` fits the bytes. */
export function isSigned(key: KeyObject, body: Buffer, header: string): boolean {
  const signature = Buffer.from(header.slice('sha256='.length), 'hex')
  const expected = createHmac('sha256', key).update(body).digest()
  return signature.length === expected.length && timingSafeEqual(expected, signature)
}
