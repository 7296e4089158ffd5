import { verify } from 'node:crypto'
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { appRoleClient, startVault } from './start-vault.ts'

const INPUT = Buffer.from('header.claims')

/** Signs with `data` at a path, and tells whether what comes is RS256. */
async function isRs256(path: string, data: object): Promise<boolean> {
  const vault = await startVault()
  const publicKey = vault.transit.import('acme', rsaKey().pkcs1)
  vault.writePolicy('github', { '*': ['read', 'update'] })
  const answer = await appRoleClient(vault).write(path, data)
  const [, base64 = ''] = /^vault:v1:(.+)$/.exec(Object(answer).data.signature) ?? []
  return verify('RSA-SHA256', INPUT, publicKey, Buffer.from(base64, 'base64'))
}

describe('the local Vault signs as the real one', () => {
  const input = INPUT.toString('base64')

  it.each([
    ['RS256 when it is asked for that', 'sha2-256', { input, signature_algorithm: 'pkcs1v15' }, true],
    ['with PSS when nothing else is said', 'sha2-256', { input }, false],
    ['with another hash when that is named', 'sha2-512', { input, signature_algorithm: 'pkcs1v15' }, false],
  ])('%s', async (_, hash, data, expected) => {
    expect(await isRs256(`transit/sign/acme/${hash}`, data)).toBe(expected)
  })

  it.each([
    ['a hash that it does not know', 'sha2-255', { input }, 'invalid hash algorithm'],
    ['what is no base64', 'sha2-256', { input: 'header.claims' }, 'unable to decode input as base64'],
  ])('not %s', async (_, hash, data, message) => {
    await expect(isRs256(`transit/sign/acme/${hash}`, data)).rejects.toThrow(message)
  })
})
