import { createGitHubAuth, type KeySource, pemKey } from '@hubauth/core'
import { startSimulator } from '@hubauth/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { type VaultClient, vaultSecret, vaultTransitKey } from '../src/index.ts'
import { appRoleClient, PATH, startVault } from './start-vault.ts'

const WAYS: Readonly<Record<string, (client: VaultClient) => KeySource>> = {
  vaultSecret: (client) => pemKey(vaultSecret({ client, path: PATH }).field('private_key')),
  vaultTransitKey: (client) => vaultTransitKey({ client, name: 'acme' }),
}

test.each(Object.entries(WAYS))(
  '%s: GitHub hands out a token for a signature of this key',
  async (_, keyOf) => {
    const github = await startSimulator({
      accounts: [{ login: 'acme', repositories: [{ name: 'api', private: true }], installation: {} }],
    })
    onTestFinished(() => github.close())
    const vault = await startVault()
    vault.keyValue.put(PATH, { private_key: github.app.privateKey })
    vault.transit.import('acme', github.app.privateKey)
    const key = keyOf(appRoleClient(vault))
    const auth = createGitHubAuth({ appId: github.app.clientId, key, baseUrl: github.url })
    const response = await auth.installation({ owner: 'acme' }).fetch('/repos/acme/api')
    expect(response.status).toBe(200)
  },
)
