import { sign as nodeSign } from 'node:crypto'
import { describeKeySource, rsaKey } from '@hubauth/testing'
import { afterEach, beforeEach, vi } from 'vitest'
import { type KeySource, keyRing, pemKey, signerKey, storedSecret } from '../../src/index.ts'

// A ring prints why it passes over a source.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describeKeySource('pemKey(text)', () => ({ source: pemKey(rsaKey().pkcs1), publicKey: rsaKey().publicKey }), {
  skip: [
    {
      tests: ['signs with the new key once it is asked to re-read a rotated one'],
      reason: 'text has no origin to re-read',
    },
  ],
})

/** Makes the subject of a source over a key that can be rotated. */
function rotating(make: (current: () => ReturnType<typeof rsaKey>) => KeySource) {
  return () => {
    let current = rsaKey()
    return {
      source: make(() => current),
      publicKey: current.publicKey,
      async rotate() {
        current = rsaKey({ label: 'second' })
        return current.publicKey
      },
    }
  }
}

describeKeySource(
  'pemKey(function)',
  rotating((current) => pemKey(async () => current().pkcs1)),
)

describeKeySource(
  'pemKey(secret), read for every signature',
  rotating((current) => {
    const fetch = async () => JSON.stringify({ key: current().pkcs8 })
    return pemKey(storedSecret({ store: 'A vault', secretId: 'app', fetch }).field('key'), {
      reread: 'every',
    })
  }),
)

describeKeySource('signerKey', rotating(signer))

describeKeySource(
  'keyRing of one',
  rotating((current) => keyRing(pemKey(() => current().pkcs1))),
)

describeKeySource(
  'keyRing',
  rotating((current) =>
    keyRing(
      pemKey(() => current().pkcs1),
      pemKey(rsaKey().pkcs1),
    ),
  ),
)

describeKeySource('keyRing whose first source is down', () => ({
  source: keyRing({ sign: () => Promise.reject(new Error('the first is down')) }, pemKey(rsaKey().pkcs1)),
  publicKey: rsaKey().publicKey,
}))

function signer(current: () => ReturnType<typeof rsaKey>): KeySource {
  return signerKey({
    store: 'A KMS',
    keyId: 'app',
    publicKey: async () => current().publicPem,
    sign: async (input) => nodeSign('RSA-SHA256', input, current().pkcs8),
  })
}
