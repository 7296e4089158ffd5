import { hexHmac, type SignedDelivery } from './signed-delivery.ts'

/** A way to forge a delivery. Every one of them must be answered with 401, before any handler runs. */
export interface Tampering {
  /** What is wrong with the delivery, to complete "refuses a delivery with …". */
  readonly name: string
  /** Returns the forged delivery; the given one is not changed. */
  apply(delivery: SignedDelivery): SignedDelivery
}

const SIGNATURE = 'x-hub-signature-256'

/** The forgeries that signature checks have let through somewhere, and the obvious ones. */
export const tamperings: readonly Tampering[] = [
  changedBody('one byte of its body changed', (body) => body.map((byte, at) => (at === 0 ? byte ^ 1 : byte))),
  changedBody('a line break after its body', (body) => new Uint8Array([...body, 0x0a])),
  changedBody('the end of its body missing', (body) => body.slice(0, -1)),
  changedBody('no body', () => new Uint8Array()),
  changedSignature('a signature of another secret', (_, { body }) => sign(body, 'another secret')),
  changedSignature('a signature of the empty secret', (_, { body }) => sign(body, '')),
  changedSignature('a signature of another body', () => sign(new Uint8Array(), 'another secret')),
  changedSignature('a signature of zeros', () => `sha256=${'0'.repeat(64)}`),
  changedSignature('a signature without its prefix', (signature) => signature.slice('sha256='.length)),
  changedSignature('an upper-case prefix', (signature) => signature.replace('sha256', 'SHA256')),
  changedSignature('the prefix of another hash', (signature) => signature.replace('sha256', 'sha1')),
  changedSignature('upper-case hex digits', (signature) =>
    signature.replace(/=.*/, (digits) => digits.toUpperCase()),
  ),
  changedSignature('hex digits after its signature', (signature) => `${signature}00`),
  changedSignature('junk after its signature', (signature) => `${signature}zz`),
  changedSignature('an odd number of hex digits', (signature) => signature.slice(0, -1)),
  changedSignature('half of a signature', (signature) => signature.slice(0, -32)),
  changedSignature('a digit that is not hex', (signature) => `${signature.slice(0, -1)}g`),
  changedSignature('two signatures in one header', (signature) => `${signature}, ${signature}`),
  changedSignature('a signature in base64', (signature) => {
    return `sha256=${Buffer.from(signature.slice('sha256='.length), 'hex').toString('base64')}`
  }),
  changedSignature('its SHA-1 in place of its SHA-256', (_, { headers }) => headers['x-hub-signature'] ?? ''),
  changedSignature('a prefix and no signature', () => 'sha256='),
  changedSignature('an empty signature', () => ''),
  {
    name: 'only a SHA-1 signature',
    apply: (delivery) => ({ ...delivery, headers: without(delivery.headers, [SIGNATURE]) }),
  },
  {
    name: 'no signature',
    apply: (delivery) => ({
      ...delivery,
      headers: without(delivery.headers, [SIGNATURE, 'x-hub-signature']),
    }),
  },
]

function changedBody(name: string, change: (body: Uint8Array<ArrayBuffer>) => Uint8Array): Tampering {
  return { name, apply: (delivery) => ({ ...delivery, body: new Uint8Array(change(delivery.body)) }) }
}

function changedSignature(
  name: string,
  change: (signature: string, delivery: SignedDelivery) => string,
): Tampering {
  return {
    name,
    apply: (delivery) => ({
      ...delivery,
      headers: { ...delivery.headers, [SIGNATURE]: change(delivery.headers[SIGNATURE] ?? '', delivery) },
    }),
  }
}

function sign(body: Uint8Array, secret: string): string {
  return `sha256=${hexHmac('sha256', { secret, body })}`
}

function without(headers: SignedDelivery['headers'], names: readonly string[]): SignedDelivery['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}
