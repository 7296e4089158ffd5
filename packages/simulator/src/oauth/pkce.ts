import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether a text can be an S256 code challenge: the base64url of a SHA-256 digest. */
export function isCodeChallenge(challenge: string): boolean {
  return /^[\w-]{43}$/.test(challenge)
}

/** Whether a verifier (43 to 128 unreserved characters, RFC 7636) is the one that a challenge was made from. Constant-time. */
export function verifies(verifier: string, challenge: string): boolean {
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return false
  const made = createHash('sha256').update(verifier).digest('base64url')
  return timingSafeEqual(Buffer.from(made), Buffer.from(challenge))
}
