import { createHash } from 'node:crypto'
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { INPUT, KEYS, newName, startGcpForAll, type TestGcp } from './start-gcp.ts'

let cloud: TestGcp

startGcpForAll((started) => {
  cloud = started
})

const digestOf = (hash: string) => createHash(hash).update(INPUT).digest('base64')

/** Signs over REST, and gives the status of the error, or `done`. */
async function sign(body: object, token = cloud.stores.identities.issueToken()): Promise<string> {
  const name = cloud.stores.kms.addVersion(`${KEYS}/${newName()}`, rsaKey().pkcs8)
  const response = await fetch(`${cloud.stores.url}/v1/${name}:asymmetricSign`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { error } = Object(await response.json())
  return error?.status ?? 'done'
}

describe('the local Google Cloud signs no more than the real one', () => {
  it.each([
    ['a digest', { digest: { sha256: digestOf('sha256') } }, 'done'],
    ['a digest of another kind', { digest: { sha512: digestOf('sha512') } }, 'INVALID_ARGUMENT'],
    ['a digest of another length', { digest: { sha256: digestOf('sha1') } }, 'INVALID_ARGUMENT'],
    ['the bytes themselves', { data: Buffer.from(INPUT).toString('base64') }, 'INVALID_ARGUMENT'],
    [
      'a digest that was damaged',
      { digest: { sha256: digestOf('sha256') }, digestCrc32c: '1' },
      'INVALID_ARGUMENT',
    ],
  ])('%s', async (_, body, expected) => {
    expect(await sign(body)).toBe(expected)
  })

  it('nothing for tokens that it did not issue', async () => {
    expect(await sign({ digest: { sha256: digestOf('sha256') } }, 'made-up')).toBe('UNAUTHENTICATED')
  })
})
