import { createHash, verify } from 'node:crypto'
import { KMS } from '@aws-sdk/client-kms'
import { keyFingerprint, pemKey } from '@hubauth/core'
import { ecKey, hubauthError, rsaKey } from '@hubauth/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { awsKmsKey } from '../src/index.ts'
import { startAws } from './start-aws.ts'

const input = new TextEncoder().encode('header.claims')

describe('awsKmsKey', () => {
  it('asks for the public key once, and for one RS256 signature of the digest each time', async () => {
    const { stores, kms: client } = await startAws()
    const keyId = stores.keys.put(rsaKey().pkcs8)
    const key = awsKmsKey({ client, keyId })
    const signature = await key.sign(input)
    await key.sign(input)
    expect(verify('RSA-SHA256', input, rsaKey().publicKey, signature)).toBe(true)
    const sign = {
      operation: 'TrentService.Sign',
      input: {
        KeyId: keyId,
        Message: createHash('sha256').update(input).digest('base64'),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      },
    }
    expect(stores.requests).toEqual([
      { operation: 'TrentService.GetPublicKey', input: { KeyId: keyId } },
      sign,
      sign,
    ])
  })

  it('finds a key by its ID, its ARN, an alias, and the ARN of an alias', async () => {
    const { stores, kms: client } = await startAws()
    const id = stores.keys.put(rsaKey().pkcs8)
    stores.keys.alias('alias/hubauth', id)
    const fingerprint = await keyFingerprint(pemKey(rsaKey().pkcs1))
    for (const keyId of [id, stores.keys.arn(id), 'alias/hubauth', stores.keys.arn('alias/hubauth')])
      expect(await keyFingerprint(awsKmsKey({ client, keyId }))).toBe(fingerprint)
  })

  it('signs with the key that the alias leads to now, without being told that it changed', async () => {
    const { stores, kms: client } = await startAws()
    const other = rsaKey({ label: 'second' })
    stores.keys.alias('alias/hubauth', stores.keys.put(rsaKey().pkcs8))
    const key = awsKmsKey({ client, keyId: 'alias/hubauth' })
    await key.sign(input)
    stores.keys.alias('alias/hubauth', stores.keys.put(other.pkcs8))
    expect(verify('RSA-SHA256', input, other.publicKey, await key.sign(input))).toBe(true)
  })

  it('signs on while its public key cannot be read again, and reports that', async () => {
    const { stores, kms: client } = await startAws()
    stores.keys.alias('alias/hubauth', stores.keys.put(rsaKey().pkcs8))
    const onProblem = vi.fn()
    const key = awsKmsKey({ client, keyId: 'alias/hubauth', onProblem })
    await key.sign(input)
    stores.refusal = { type: 'AccessDeniedException', message: 'No.', operation: 'TrentService.GetPublicKey' }
    const signature = await key.sign(input, { fresh: true })
    expect(verify('RSA-SHA256', input, rsaKey().publicKey, signature)).toBe(true)
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'STORE_ACCESS_DENIED', details: expect.any(Object) }),
    )
  })

  it('takes the aggregated client, and larger keys', async () => {
    const { pkcs8 } = rsaKey({ bits: 3072 })
    const { stores } = await startAws()
    const client = new KMS(stores.clientOptions)
    onTestFinished(() => client.destroy())
    expect(await awsKmsKey({ client, keyId: stores.keys.put(pkcs8) }).sign(input)).toHaveLength(384)
  })

  it('says that a key is of no use when it is of another type or for something else, before it signs', async () => {
    const { stores, kms: client } = await startAws()
    const wrong = [
      stores.keys.put(ecKey().pkcs8),
      stores.keys.put(rsaKey().pkcs8, { usage: 'ENCRYPT_DECRYPT' }),
    ]
    for (const keyId of wrong) {
      const error = await hubauthError(awsKmsKey({ client, keyId }).sign(input))
      expect(error).toMatchObject({ code: 'KEY_INVALID', details: { store: 'AWS KMS', secretId: keyId } })
      expect(error.message).toBe(
        `AWS KMS cannot sign for GitHub with ${keyId}: it is no key for RSASSA_PKCS1_V1_5_SHA_256. Use a key with the spec RSA_2048 and the usage SIGN_VERIFY; neither can be changed.`,
      )
    }
    const symmetric = stores.keys.put()
    const error = await hubauthError(awsKmsKey({ client, keyId: symmetric }).sign(input))
    expect(error).toMatchObject({ code: 'KEY_INVALID', details: { store: 'AWS KMS', secretId: symmetric } })
    expect(stores.requests.map(({ operation }) => operation)).not.toContain('TrentService.Sign')
  })

  it('says that a key is of no use while it is disabled, to be deleted, or without its material', async () => {
    const { stores, kms: client } = await startAws()
    const keyId = stores.keys.put(rsaKey().pkcs8)
    const key = awsKmsKey({ client, keyId })
    await key.sign(input)
    const states = {
      Disabled: 'DisabledException',
      PendingDeletion: 'KMSInvalidStateException',
      PendingImport: 'KMSInvalidStateException',
    } as const
    for (const [state, name] of Object.entries(states)) {
      stores.keys.set(keyId, state as keyof typeof states)
      const error = await hubauthError(key.sign(input))
      expect(error).toMatchObject({ code: 'KEY_INVALID', retryable: false })
      expect(error.message).toContain(`AWS KMS cannot sign with ${keyId} (${name}).`)
      expect(await hubauthError(awsKmsKey({ client, keyId }).sign(input))).toMatchObject({
        code: 'KEY_INVALID',
      })
    }
    stores.keys.set(keyId, 'Enabled')
    expect(await key.sign(input)).toHaveLength(256)
  })

  it('does not find a key that is not there, in another region, or that nothing can be called', async () => {
    const { stores, kms: client } = await startAws()
    const id = stores.keys.put(rsaKey().pkcs8)
    const elsewhere = stores.keys.arn(id).replace('eu-central-1', 'us-west-2')
    for (const keyId of [crypto.randomUUID(), 'alias/other', elsewhere, 'what']) {
      const error = await hubauthError(awsKmsKey({ client, keyId }).sign(input))
      expect(error).toMatchObject({ code: 'STORE_NOT_FOUND', details: { secretId: keyId } })
    }
  })

  it('is refused at once without a client for KMS, with a key for its ID, or without one', async () => {
    const { kms: client, ssm } = await startAws()
    for (const wrong of [undefined, ssm])
      expect(() => awsKmsKey({ client: wrong as never, keyId: 'alias/hubauth' })).toThrow(
        new TypeError(
          'client: expected a KMSClient of @aws-sdk/client-kms (npm install @aws-sdk/client-kms).',
        ),
      )
    for (const nothing of [undefined, ' '])
      expect(() => awsKmsKey({ client, keyId: nothing as never })).toThrow(/^keyId: expected the ID/)
    expect(() => awsKmsKey({ client, keyId: rsaKey().pkcs8 })).toThrow(/^keyId: expected a name[^\n]{1,60}$/)
  })
})
