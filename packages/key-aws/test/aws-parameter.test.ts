import { SSM } from '@aws-sdk/client-ssm'
import { createSignatureVerifier } from '@hubauth/core'
import { hubauthError, rsaKey, signedDelivery } from '@hubauth/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { awsParameter } from '../src/index.ts'
import { startAws } from './start-aws.ts'

const name = '/hubauth/app-key'

describe('awsParameter', () => {
  it('reads the latest version, decrypted, whether by name or by ARN', async () => {
    const { stores, ssm: client } = await startAws()
    stores.parameters.put(name, 'old')
    stores.parameters.put(name, 'new')
    const arn = stores.parameters.arn(name)
    expect(await awsParameter({ client, name }).read()).toBe('new')
    expect(await awsParameter({ client, name: arn }).read()).toBe('new')
    expect(stores.requests).toEqual([
      { operation: 'AmazonSSM.GetParameter', input: { Name: name, WithDecryption: true } },
      { operation: 'AmazonSSM.GetParameter', input: { Name: arn, WithDecryption: true } },
    ])
  })

  it('reads the version, or the label, that stands after the name', async () => {
    const { stores, ssm: client } = await startAws()
    stores.parameters.put(name, 'first')
    stores.parameters.put(name, 'second', { label: 'live' })
    stores.parameters.put(name, 'third')
    expect(await awsParameter({ client, name: `${name}:1` }).read()).toBe('first')
    expect(await awsParameter({ client, name: `${name}:live` }).read()).toBe('second')
    stores.parameters.put(name, 'fourth', { label: 'live' })
    expect(await awsParameter({ client, name: `${name}:live` }).read()).toBe('fourth')
  })

  it('reads parameters that are not encrypted as well, and the fields of a document', async () => {
    const { stores, ssm: client } = await startAws()
    stores.parameters.put('plain', 'text', { type: 'String' })
    stores.parameters.put('document', JSON.stringify({ webhook: 'secret', other: 'thing' }))
    expect(await awsParameter({ client, name: 'plain' }).read()).toBe('text')
    expect(await awsParameter({ client, name: 'document' }).field('webhook').read()).toBe('secret')
  })

  it('takes the values of a list for several webhook secrets', async () => {
    const { stores, ssm: client } = await startAws()
    stores.parameters.put('webhook', 'new-secret,old-secret', { type: 'StringList' })
    const verify = createSignatureVerifier(awsParameter({ client, name: 'webhook' }))
    for (const secret of ['new-secret', 'old-secret']) {
      const { body, headers } = signedDelivery({ secret })
      expect(await verify(body, headers['x-hub-signature-256'])).toBe(0)
    }
    stores.parameters.put('one', 'with,comma')
    expect(await awsParameter({ client, name: 'one' }).read()).toBe('with,comma')
  })

  it('takes the aggregated client as well', async () => {
    const { stores } = await startAws()
    const client = new SSM(stores.clientOptions)
    onTestFinished(() => client.destroy())
    stores.parameters.put(name, 'text')
    expect(await awsParameter({ client, name }).read()).toBe('text')
  })

  it('does not have a version, a label or a name that is not there, or that nothing can have', async () => {
    const { stores, ssm: client } = await startAws()
    stores.parameters.put(name, 'text')
    for (const missing of [`${name}:2`, `${name}:live`, '/hubauth/other', 'what a name?']) {
      const error = await hubauthError(awsParameter({ client, name: missing }).read())
      expect(error).toMatchObject({ code: 'STORE_NOT_FOUND', details: { secretId: missing } })
      expect(error.message).toContain(`AWS Parameter Store does not have ${missing} (`)
    }
  })

  it('is refused at once without a client for Systems Manager, with a key for a name, or without one', async () => {
    const { ssm: client, kms } = await startAws()
    for (const wrong of [undefined, kms])
      expect(() => awsParameter({ client: wrong as never, name })).toThrow(
        new TypeError(
          'client: expected an SSMClient of @aws-sdk/client-ssm (npm install @aws-sdk/client-ssm).',
        ),
      )
    for (const nothing of [undefined, ' '])
      expect(() => awsParameter({ client, name: nothing as never })).toThrow(/^name: expected the name/)
    expect(() => awsParameter({ client, name: rsaKey().pkcs1 })).toThrow(
      /^secretId: expected a name[^\n]{1,60}$/,
    )
  })
})
