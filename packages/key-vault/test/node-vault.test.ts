import { pemKey } from '@hubauth/core'
import { describeKeySource, rsaKey } from '@hubauth/testing'
import nodeVault from 'node-vault'
import { describe, expect, it } from 'vitest'
import { vaultSecret, vaultTransitKey } from '../src/index.ts'
import { failure, PATH, startVault } from './start-vault.ts'

const INPUT = new TextEncoder().encode('header.claims')

/** The other client, with a token; it takes care of logins itself. */
async function nodeVaultOf() {
  const vault = await startVault()
  vault.keyValue.put(PATH, { private_key: rsaKey().pkcs1 })
  const publicKey = vault.transit.import('acme', rsaKey().pkcs1)
  const client = nodeVault({ endpoint: vault.url, token: vault.createToken({ policies: ['github'] }) })
  return { vault, client, publicKey }
}

describeKeySource('a PEM in KV version 2, with node-vault', async () => {
  const { vault, client, publicKey } = await nodeVaultOf()
  return {
    source: pemKey(vaultSecret({ client, path: PATH }).field('private_key')),
    publicKey,
    rotate: async () => {
      vault.keyValue.put(PATH, { private_key: rsaKey({ label: 'second' }).pkcs1 })
      return rsaKey({ label: 'second' }).publicKey
    },
  }
})

describeKeySource('a key of Transit, with node-vault', async () => {
  const { vault, client, publicKey } = await nodeVaultOf()
  return {
    source: vaultTransitKey({ client, name: 'acme' }),
    publicKey,
    rotate: async () => vault.transit.rotate('acme', rsaKey({ label: 'second' }).pkcs1),
  }
})

describe('what goes wrong with node-vault', () => {
  it('is said with the same codes', async () => {
    const { vault, client } = await nodeVaultOf()
    const secret = vaultSecret({ client, path: PATH }).field('private_key')
    const key = vaultTransitKey({ client, name: 'acme' })
    await key.sign(INPUT)
    vault.keyValue.delete(PATH, 1)
    expect((await failure(secret.read())).message).toContain('VERSION_DELETED')
    vault.transit.delete('acme')
    expect((await failure(key.sign(INPUT))).code).toBe('STORE_NOT_FOUND')
    vault.fault = 'throttled'
    expect((await failure(secret.read())).code).toBe('STORE_THROTTLED')
    vault.fault = 'denied'
    expect((await failure(secret.read())).code).toBe('STORE_ACCESS_DENIED')
    vault.fault = 'garbage'
    const error = await failure(secret.read(), [rsaKey().pkcs1])
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('UNREADABLE') })
    vault.fault = 'down'
    expect((await failure(secret.read(), [client.token])).code).toBe('STORE_UNAVAILABLE')
  })
})
