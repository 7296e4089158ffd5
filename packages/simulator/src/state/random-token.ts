import { randomBytes } from 'node:crypto'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A GitHub token in its classic shape: prefix, underscore, 36 letters and digits; 76 in a refresh token. */
export function randomToken(prefix: 'ghs' | 'ghu' | 'ghp' | 'ghr'): string {
  // Not uniform over 62 characters, which is fine for something that only has to be unguessable.
  return `${prefix}_${Array.from(randomBytes(prefix === 'ghr' ? 76 : 36), (byte) => ALPHABET[byte % ALPHABET.length]).join('')}`
}
