import { constants, createSign, sign } from 'node:crypto'
import type { KeySource } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { keySourceCases } from '../../src/conformance/key-source-suite.ts'
import { describeKeySource, type KeySourceSubject, rsaKey } from '../../src/index.ts'
import { brokenRules } from './broken-rules.ts'

const [FIRST, SECOND] = [rsaKey(), rsaKey({ label: 'second' })]

/** A correct key source, unless one of its flaws is asked for. */
function cryptoKey(flaw?: string): KeySourceSubject {
  let origin = FIRST
  let key = origin
  const source: KeySource = {
    async sign(input, { signal, fresh } = {}) {
      if (flaw !== 'ignores the signal') signal?.throwIfAborted()
      if (flaw === 'cannot re-read' && fresh === true) throw new Error('once only')
      if (fresh === true && flaw !== 'never re-reads') key = origin
      const signed = flaw === 'signs a digest' ? sign('RSA-SHA256', input, key.pkcs1) : input
      if (flaw === 'modifies its input') input.fill(0)
      if (flaw === 'uses PSS')
        return sign('RSA-SHA256', signed, { key: key.pkcs1, padding: constants.RSA_PKCS1_PSS_PADDING })
      if (flaw === 'uses SHA-512') return sign('RSA-SHA512', signed, key.pkcs1)
      if (flaw === 'signs the whole buffer')
        return sign('RSA-SHA256', new Uint8Array(signed.buffer), key.pkcs1)
      const signature = createSign('RSA-SHA256').update(signed).sign(key.pkcs1)
      return flaw === 'returns text' ? new TextEncoder().encode(signature.toString('hex')) : signature
    },
    async publicKey() {
      const type = flaw === 'tells PKCS#1' ? 'pkcs1' : 'spki'
      const { publicKey } = flaw === 'tells the key of another' ? SECOND : FIRST
      return publicKey.export({ type, format: 'der' })
    },
  }
  const shared = source.sign(new TextEncoder().encode('header.claims'))
  if (flaw === 'shares its result') return { source: { sign: () => shared }, publicKey: FIRST.publicKey }
  if (flaw === 'shows its key') Object.assign(source, { pem: FIRST.pkcs1 })
  return {
    source,
    publicKey: FIRST.publicPem,
    async rotate() {
      origin = SECOND
      return SECOND.publicKey
    },
  }
}

describeKeySource('node:crypto', () => cryptoKey())
describe('describeKeySource', () => {
  it.each([
    'ignores the signal',
    'cannot re-read',
    'never re-reads',
    'signs a digest',
    'modifies its input',
    'uses PSS',
    'uses SHA-512',
    'signs the whole buffer',
    'returns text',
    'shares its result',
    'shows its key',
    'tells PKCS#1',
    'tells the key of another',
  ])('fails a key source that %s', async (flaw) => {
    expect(await brokenRules(keySourceCases, () => cryptoKey(flaw))).not.toEqual([])
  })

  it('skips rotation, with a reason, where there is none', async () => {
    const rotation = keySourceCases.find(({ name }) => name.includes('rotated'))
    const factory = () => ({ source: cryptoKey().source, publicKey: FIRST.publicKey })
    const skip = (reason: string): never => {
      throw new Error(reason)
    }
    await expect(rotation?.run(factory, { skip })).rejects.toThrow('the factory offers no rotate()')
  })
})
