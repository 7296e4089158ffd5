import { createVerify } from 'node:crypto'
import { type EphemeralRsaKey, rsaKey } from '@hubauth/testing'

export const INPUT = new TextEncoder().encode('header.claims')

const LABELS = ['one', 'two', 'three', 'four'] as const

/** The names of the keys that tests rotate. */
export type KeyLabel = (typeof LABELS)[number]

/** A key by its name. */
export function keyOf(label: KeyLabel): EphemeralRsaKey {
  return rsaKey({ label })
}

/** Its PEM. */
export function pemOf(label: KeyLabel): string {
  return keyOf(label).pkcs1
}

/** The name of the key that made a signature. @throws {Error} When it was none of them. */
export function signerOf(signature: Uint8Array, input: Uint8Array = INPUT): KeyLabel {
  const label = LABELS.find((name) =>
    createVerify('RSA-SHA256').update(input).verify(keyOf(name).publicKey, signature),
  )
  if (label === undefined) throw new Error('signed by none of the keys')
  return label
}

/** The name of the key that signed a JWT. */
export function signerOfJwt(jwt: string): KeyLabel {
  const [header, claims, signature = ''] = jwt.replace('Bearer ', '').split('.')
  return signerOf(Buffer.from(signature, 'base64url'), new TextEncoder().encode(`${header}.${claims}`))
}
