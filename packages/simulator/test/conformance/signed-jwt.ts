import { createPrivateKey, type KeyObject, sign } from 'node:crypto'

/** A JWT in compact form, whatever its claims say. `none` leaves the signature empty. */
export function signedJwt(
  claims: Readonly<Record<string, unknown>>,
  { alg, key }: { alg: 'RS256' | 'RS384' | 'none'; key: string | KeyObject },
): string {
  const input = `${base64url({ alg, typ: 'JWT' })}.${base64url(claims)}`
  if (alg === 'none') return `${input}.`
  const privateKey = typeof key === 'string' ? createPrivateKey(key) : key
  return `${input}.${sign(`sha${alg.slice(2)}`, Buffer.from(input), privateKey).toString('base64url')}`
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
