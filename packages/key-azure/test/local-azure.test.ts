import { KeyClient } from '@azure/keyvault-keys'
import { SecretClient } from '@azure/keyvault-secrets'
import { ecKey, rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { startAzure } from './start-azure.ts'

const digest = new Uint8Array(32)
const refused = (code: string) => expect.objectContaining({ code })

describe('the local vault', () => {
  it.each([
    ['another algorithm', 'PS256', digest],
    ['the bytes instead of their digest', 'RS256', new TextEncoder().encode('header.claims')],
  ])('refuses to sign with %s', async (_, algorithm, bytes) => {
    const { keys, keyClient } = await startAzure()
    keys.import('app', rsaKey().pkcs1)
    const signing = keyClient.getCryptographyClient('app').sign(algorithm, bytes)
    await expect(signing).rejects.toEqual(refused('BadParameter'))
  })

  it('refuses to sign RS256 with an EC key', async () => {
    const { keys, keyClient } = await startAzure()
    keys.import('app', ecKey().pkcs8)
    const signing = keyClient.getCryptographyClient('app').sign('RS256', digest)
    await expect(signing).rejects.toEqual(refused('BadParameter'))
  })

  it('refuses tokens that it did not hand out', async () => {
    const { secrets, vaultUrl, clientOptions } = await startAzure()
    secrets.put('app', 'hello')
    const getToken = async () => ({ token: 'made-up', expiresOnTimestamp: Date.now() + 60_000 })
    const client = new SecretClient(vaultUrl, { getToken }, { ...clientOptions })
    await expect(client.getSecret('app')).rejects.toEqual(refused('Unauthorized'))
  })

  it('refuses versions of the API that it does not know, and other operations', async () => {
    const { keyClient, vaultUrl, credential, clientOptions } = await startAzure()
    const options = { ...clientOptions, serviceVersion: '6.0' } as never
    const old = new KeyClient(vaultUrl, credential, options)
    await expect(old.getKey('app')).rejects.toEqual(refused('BadParameter'))
    await expect(keyClient.createKey('app', 'RSA')).rejects.toEqual(refused('BadParameter'))
  })

  it('has no RSA keys of 1024 bits', async () => {
    const { keys } = await startAzure()
    expect(() => keys.import('app', rsaKey({ bits: 1024 }).pkcs1)).toThrow(TypeError)
  })

  it('asks for another token for an HSM', async () => {
    const { keys, keyClient, hsmClient } = await startAzure()
    keys.import('app', rsaKey().pkcs1, { hsm: true })
    const [key, hsmKey] = [await keyClient.getKey('app'), await hsmClient.getKey('app')]
    expect([key.properties.vaultUrl, hsmKey.properties.vaultUrl]).toEqual([
      'https://acme.vault.azure.net',
      'https://acme.managedhsm.azure.net',
    ])
    expect(hsmKey.keyType).toBe('RSA-HSM')
  })
})
