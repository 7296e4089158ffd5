import { format, inspect } from 'node:util'
import { rsaKey } from '@hubauth/testing'

export const PEM = rsaKey().pkcs1
export const WEBHOOK_SECRET = 'planted-webhook-secret-4c0ffee'
export const SEAL_SECRET = 'planted-seal-secret-of-forty-characters.'
export const TOKEN = `ghs_1001001_eyJhbGciOiJSUzI1NiJ9.${'eyJwbGFudGVkIjoi-_'.repeat(8)}.${'plantedSignature-_'.repeat(12)}`
export const PAYLOAD_TEXT = 'planted text of a private repository'

/** Shorter pieces of a secret are found by accident. */
const SHORTEST_PIECE = 12

/** Every secret that a test planted, and those that came to be on the way: JWTs and signatures. */
export class Vault {
  readonly #secrets = new Set([PEM, WEBHOOK_SECRET, SEAL_SECRET, TOKEN, PAYLOAD_TEXT])

  add(secret: string): void {
    this.#secrets.add(secret)
  }

  /** What of the secrets stands in `text`: a whole one, a line of a PEM, or a part of a JWT. */
  foundIn(text: string): string[] {
    const pieces = [...this.#secrets].flatMap((secret) => [secret, ...secret.split(/[.\n]/)])
    return pieces.filter(
      (piece) => piece.length >= SHORTEST_PIECE && !piece.includes('-----') && text.includes(piece),
    )
  }
}

/** Every way in which a value gets into a log. */
export function printed(value: unknown): string[] {
  const all = { depth: Number.POSITIVE_INFINITY, maxStringLength: Number.POSITIVE_INFINITY }
  return chainOf(value).flatMap((link) => [
    String(link),
    format('%s %o %O %j', link, link, link, link),
    inspect(link, all),
    inspect(link, { ...all, showHidden: true }),
    inspect(link, { ...all, showHidden: true, customInspect: false }),
    JSON.stringify(link) ?? '',
    JSON.stringify(ownProperties(link)) ?? '',
  ])
}

/** A value and its causes. */
function chainOf(value: unknown): unknown[] {
  const chain: unknown[] = []
  for (let link = value; link !== undefined && !chain.includes(link); ) {
    chain.push(link)
    link = link instanceof Error ? link.cause : undefined
  }
  return chain
}

/** Everything that hangs on a value: the message and the stack of an error, and what is not enumerable. */
function ownProperties(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Reflect.ownKeys(value).map((name) => [
    String(name),
    String(Reflect.get(value, name)),
    Reflect.get(value, name),
  ])
}
