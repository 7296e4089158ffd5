import { createGitHubAuth, type KeySource, keyFingerprint, pemKey } from '@hubauth/core'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gcpKmsKey, gcpSecret } from '../src/index.ts'
import { type GoogleCloud, KEYS, newName, PARENT, startGoogleCloud } from './google-cloud.ts'

let cloud: GoogleCloud
let github: Simulator

beforeAll(async () => {
  cloud = await startGoogleCloud()
  github = await startSimulator({
    accounts: [{ login: 'acme', repositories: [{ name: 'api' }], installation: {} }],
  })
})

afterAll(async () => {
  await github.close()
  await cloud.close()
})

const ways: readonly [string, () => KeySource][] = [
  [
    'Secret Manager',
    () => {
      const secret = `${PARENT}/${newName()}`
      cloud.stores.secretManager.addVersion(secret, github.app.privateKey)
      return pemKey(gcpSecret({ client: cloud.secrets, secret }))
    },
  ],
  [
    'Cloud KMS',
    () => {
      const cryptoKeyVersion = cloud.stores.kms.addVersion(`${KEYS}/${newName()}`, github.app.privateKey)
      return gcpKmsKey({ client: cloud.keys, cryptoKeyVersion })
    },
  ],
]

it.each(ways)('a token is minted with the key in %s', async (_, makeKey) => {
  const key = makeKey()
  const auth = createGitHubAuth({ appId: github.app.clientId, key, baseUrl: github.url })
  const response = await auth.installation({ owner: 'acme' }).fetch('/installation/repositories')
  expect(await response.json()).toMatchObject({ repositories: [{ full_name: 'acme/api' }] })
  expect(await keyFingerprint(key)).toBe(github.app.privateKeyFingerprint)
})
