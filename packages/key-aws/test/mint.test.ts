import { createGitHubAuth, type KeySource, pemKey } from '@hubauth/core'
import { startSimulator } from '@hubauth/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { awsKmsKey, awsParameter, awsSecret } from '../src/index.ts'
import { type TestStores, testStores } from './stores.ts'

const WAYS: Readonly<Record<string, (test: TestStores, pem: string) => KeySource>> = {
  awsSecret: ({ stores, secretsManager: client }, pem) => {
    stores.secrets.put('hubauth/app-key', pem)
    return pemKey(awsSecret({ client, secretId: 'hubauth/app-key' }))
  },
  awsParameter: ({ stores, ssm: client }, pem) => {
    stores.parameters.put('/hubauth/app-key', pem)
    return pemKey(awsParameter({ client, name: '/hubauth/app-key' }))
  },
  awsKmsKey: ({ stores, kms: client }, pem) => awsKmsKey({ client, keyId: stores.keys.put(pem) }),
}

test.each(Object.entries(WAYS))(
  '%s: GitHub hands out a token for the signature of this key',
  async (_, key) => {
    const github = await startSimulator({
      accounts: [{ login: 'acme', repositories: [{ name: 'api', private: true }], installation: {} }],
    })
    onTestFinished(() => github.close())
    const source = key(await testStores(), github.app.privateKey)
    const auth = createGitHubAuth({ appId: github.app.clientId, key: source, baseUrl: github.url })
    const response = await auth.installation({ owner: 'acme' }).fetch('/repos/acme/api')
    expect(response.status).toBe(200)
  },
)
