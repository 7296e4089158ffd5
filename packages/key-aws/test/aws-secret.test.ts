import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { createSignatureVerifier } from '@hubauth/core'
import { hubauthError, rsaKey, signedDelivery } from '@hubauth/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { awsSecret } from '../src/index.ts'
import { startAws } from './start-aws.ts'

const secretId = 'hubauth/app-key'

describe('awsSecret', () => {
  it('reads the current version with one call, whether by name or by ARN', async () => {
    const { stores, secretsManager: client } = await startAws()
    stores.secrets.put(secretId, 'old')
    stores.secrets.put(secretId, 'new')
    const arn = stores.secrets.arn(secretId)
    expect(await awsSecret({ client, secretId }).read()).toBe('new')
    expect(await awsSecret({ client, secretId: arn }).read()).toBe('new')
    expect(stores.requests).toEqual([
      { operation: 'secretsmanager.GetSecretValue', input: { SecretId: secretId } },
      { operation: 'secretsmanager.GetSecretValue', input: { SecretId: arn } },
    ])
  })

  it('reads the same version for ever when its ID is given', async () => {
    const { stores, secretsManager: client } = await startAws()
    const id = stores.secrets.put(secretId, 'old')
    const pinned = awsSecret({ client, secretId, version: { id } })
    stores.secrets.put(secretId, 'new')
    expect(await pinned.read()).toBe('old')
  })

  it('reads the version at a stage, so that two webhook secrets are good while one replaces the other', async () => {
    const { stores, secretsManager: client } = await startAws()
    stores.secrets.put('hubauth/webhook', 'old-secret')
    stores.secrets.put('hubauth/webhook', 'new-secret')
    const options = { client, secretId: 'hubauth/webhook' }
    const verify = createSignatureVerifier([
      awsSecret(options),
      awsSecret({ ...options, version: { stage: 'AWSPREVIOUS' } }),
    ])
    for (const [index, secret] of ['new-secret', 'old-secret'].entries()) {
      const { body, headers } = signedDelivery({ secret })
      expect(await verify(body, headers['x-hub-signature-256'])).toBe(index)
    }
  })

  it('reads bytes as UTF-8', async () => {
    const { stores, secretsManager: client } = await startAws()
    stores.secrets.put(secretId, Buffer.from('ein Schlüssel'))
    expect(await awsSecret({ client, secretId }).read()).toBe('ein Schlüssel')
  })

  it('reads all fields that are asked for at the same time with one call', async () => {
    const { stores, secretsManager: client } = await startAws()
    stores.secrets.put('hubauth', JSON.stringify({ acme: rsaKey().pkcs1, webhook: ['new', 'old'] }))
    const secret = awsSecret({ client, secretId: 'hubauth' })
    expect(await Promise.all([secret.field('acme').read(), secret.field('webhook').read()])).toEqual([
      rsaKey().pkcs1,
      'new\nold',
    ])
    expect(stores.requests).toHaveLength(1)
  })

  it('takes the aggregated client as well', async () => {
    const { stores } = await startAws()
    const client = new SecretsManager(stores.clientOptions)
    onTestFinished(() => client.destroy())
    stores.secrets.put(secretId, 'text')
    expect(await awsSecret({ client, secretId }).read()).toBe('text')
  })

  it('does not have a secret that is marked for deletion, nor a version that is not there', async () => {
    const { stores, secretsManager: client } = await startAws()
    stores.secrets.put(secretId, 'text')
    const id = crypto.randomUUID()
    const versions = [
      [{ id }, `${secretId} version ${id}`],
      [{ id: 'too-short' }, `${secretId} version too-short`],
      [{ stage: 'AWSPENDING' }, `${secretId} stage AWSPENDING`],
    ] as const
    for (const [version, named] of versions) {
      const error = await hubauthError(awsSecret({ client, secretId, version }).read())
      expect(error).toMatchObject({ code: 'STORE_NOT_FOUND', details: { secretId: named } })
      expect(error.message).toContain(`does not have ${named} (`)
    }
    stores.secrets.delete(secretId)
    const error = await hubauthError(awsSecret({ client, secretId }).read())
    expect(error).toMatchObject({ code: 'STORE_NOT_FOUND' })
    expect(error.message).toBe(
      'AWS Secrets Manager does not have hubauth/app-key (InvalidRequestException). Check its name, its version, and the region, project or vault.',
    )
  })

  it('is refused at once without a client for Secrets Manager, with what to install', async () => {
    const kms = new KMSClient({ region: 'eu-central-1' })
    for (const client of [undefined, {}, kms])
      expect(() => awsSecret({ client: client as never, secretId })).toThrow(
        new TypeError(
          'client: expected a SecretsManagerClient of @aws-sdk/client-secrets-manager (npm install @aws-sdk/client-secrets-manager).',
        ),
      )
  })

  it('is refused at once, without repeating it, when the secret itself stands where a name belongs', async () => {
    const { secretsManager: client } = await startAws()
    const { pkcs1 } = rsaKey()
    const wrong = [
      { client, secretId: pkcs1 },
      { client, secretId, version: { id: pkcs1 } },
      { client, secretId, version: { stage: pkcs1 } },
      { client, secretId, version: { stage: '' } },
      { client, secretId, version: { stage: 'AWSPREVIOUS\n' } },
      { client, secretId: '', version: { stage: 'AWSPREVIOUS' } },
      { client, secretId: undefined as never },
      { client, secretId, version: { id: 'a', stage: 'b' } },
      { client, secretId, version: 'AWSPREVIOUS' as never },
    ]
    for (const options of wrong)
      expect(() => awsSecret(options)).toThrow(
        /^(?:secretId: expected (?:a|the) name|version: expected \{ id)[^\n]{1,60}$/,
      )
  })
})
