import { createHmac, createPrivateKey, createSign, generateKeyPairSync } from 'node:crypto'
import type { Simulator } from '../../src/index.ts'

/** One key for a whole test file: making them is what takes time. */
export const PRIVATE_KEY: string = newPrivateKey()

/** Where the clock of every test stands at first: 2026-01-01T00:00:00Z, in epoch seconds. */
export const START_SECONDS = 1_767_225_600

export function newPrivateKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

export interface JwtOptions {
  /** Replaces claims; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly alg?: string
  readonly key?: string
  /** Seconds after START_SECONDS that the signer believes it is. */
  readonly at?: number
}

/** An app JWT, signed without the library that checks it. */
export function appJwt(
  github: Simulator,
  { claims = {}, alg = 'RS256', key = github.app.privateKey, at = 0 }: JwtOptions = {},
): string {
  const now = START_SECONDS + at
  const payload = { iat: now - 60, exp: now + 540, iss: github.app.clientId, ...claims }
  const input = `${base64url({ alg, typ: 'JWT' })}.${base64url(payload)}`
  return `${input}.${sign(input, alg, key)}`
}

function sign(input: string, alg: string, key: string): string {
  if (alg === 'none') return ''
  if (alg === 'HS256') return createHmac('sha256', key).update(input).digest('base64url')
  return createSign(`RSA-SHA${alg.slice(2)}`)
    .update(input)
    .sign(createPrivateKey(key))
    .toString('base64url')
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
