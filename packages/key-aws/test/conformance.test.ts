import { pemKey, type StoredSecret } from '@hubauth/core'
import { describeKeySource, rsaKey } from '@hubauth/testing'
import { awsKmsKey, awsParameter, awsSecret } from '../src/index.ts'
import { startAws, type TestAws } from './start-aws.ts'

const first = rsaKey()
const second = rsaKey({ label: 'second' })

function describeSecret(
  name: string,
  secret: (test: TestAws) => { readonly source: StoredSecret; readonly put: (pem: string) => void },
): void {
  describeKeySource(name, async () => {
    const { source, put } = secret(await startAws())
    put(first.pkcs1)
    return {
      source: pemKey(source),
      publicKey: first.publicKey,
      rotate: async () => {
        put(second.pkcs1)
        return second.publicKey
      },
    }
  })
}

describeSecret('awsSecret, text', ({ stores, secretsManager }) => ({
  source: awsSecret({ client: secretsManager, secretId: 'hubauth/app-key' }),
  put: (pem) => stores.secrets.put('hubauth/app-key', pem),
}))

describeSecret('awsSecret, bytes', ({ stores, secretsManager }) => ({
  source: awsSecret({ client: secretsManager, secretId: 'hubauth/app-key' }),
  put: (pem) => stores.secrets.put('hubauth/app-key', Buffer.from(pem)),
}))

describeSecret('awsSecret, a field', ({ stores, secretsManager }) => ({
  source: awsSecret({ client: secretsManager, secretId: 'hubauth/keys' }).field('acme'),
  put: (pem) => stores.secrets.put('hubauth/keys', JSON.stringify({ acme: pem })),
}))

describeSecret('awsParameter', ({ stores, ssm }) => ({
  source: awsParameter({ client: ssm, name: '/hubauth/app-key' }),
  put: (pem) => stores.parameters.put('/hubauth/app-key', pem),
}))

describeKeySource('awsKmsKey', async () => {
  const { stores, kms } = await startAws()
  stores.keys.alias('alias/hubauth', stores.keys.put(first.pkcs8))
  return {
    source: awsKmsKey({ client: kms, keyId: 'alias/hubauth' }),
    publicKey: first.publicKey,
    rotate: async () => {
      stores.keys.alias('alias/hubauth', stores.keys.put(second.pkcs8))
      return second.publicKey
    },
  }
})
