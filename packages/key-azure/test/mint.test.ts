import { createGitHubAuth, type KeySource, pemKey } from '@hubauth/core'
import { startSimulator } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { expect, it, onTestFinished } from 'vitest'
import { azureKey, azureSecret } from '../src/index.ts'
import { startVault, type TestVault } from './vault.ts'

it.each<[string, (vault: TestVault) => KeySource]>([
  ['a secret', ({ secretClient }) => pemKey(azureSecret({ client: secretClient, name: 'app' }))],
  ['a key', ({ keyClient }) => azureKey({ client: keyClient, name: 'app' })],
])('GitHub hands out a token to an app with %s in Azure Key Vault', async (_, keyOf) => {
  const vault = await startVault()
  vault.secrets.put('app', rsaKey().pkcs1)
  vault.keys.import('app', rsaKey().pkcs1)
  const github = await startSimulator({
    app: { privateKey: rsaKey().pkcs1 },
    accounts: [{ login: 'acme', installation: {} }],
  })
  onTestFinished(() => github.close())
  const auth = createGitHubAuth({ appId: github.app.clientId, key: keyOf(vault), baseUrl: github.url })
  const answer = await auth.installation({ owner: 'acme' }).fetch('/installation/repositories')
  expect(answer.status).toBe(200)
})
