import { describeKeySource, rsaKey } from '@hubauth/testing'
import { pemKey } from '../../src/index.ts'

describeKeySource('pemKey(text)', () => ({ source: pemKey(rsaKey().pkcs1), publicKey: rsaKey().publicKey }), {
  skip: [
    {
      tests: ['signs with the new key once it is asked to re-read a rotated one'],
      reason: 'text has no origin to re-read',
    },
  ],
})

describeKeySource('pemKey(function)', () => {
  let current = rsaKey()
  return {
    source: pemKey(async () => current.pkcs1),
    publicKey: current.publicKey,
    async rotate() {
      current = rsaKey({ label: 'second' })
      return current.publicKey
    },
  }
})
