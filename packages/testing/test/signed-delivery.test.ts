import { createSignatureVerifier } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { signedDelivery, tamperings } from '../src/index.ts'

const SECRET = "It's a Secret to Everybody"

describe('signedDelivery', () => {
  it("reproduces GitHub's published test vector", () => {
    const { headers } = signedDelivery({ secret: SECRET, body: 'Hello, World!' })
    expect(headers['x-hub-signature-256']).toBe(
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    )
  })

  it('sends every header that GitHub sends', () => {
    const { headers } = signedDelivery({
      secret: SECRET,
      event: 'push',
      id: 'd-1',
      hookId: 2,
      targetId: 3,
      targetType: 'repository',
    })
    expect(headers).toEqual({
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
      'x-github-delivery': 'd-1',
      'x-github-event': 'push',
      'x-github-hook-id': '2',
      'x-github-hook-installation-target-id': '3',
      'x-github-hook-installation-target-type': 'repository',
      'x-hub-signature': expect.stringMatching(/^sha1=[0-9a-f]{40}$/),
      'x-hub-signature-256': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
    })
  })

  it('gives every delivery an id of its own', () => {
    const ids = [1, 2].map(() => signedDelivery({ secret: SECRET }).headers['x-github-delivery'])
    expect(ids[0]).not.toBe(ids[1])
  })

  it('signs a form body with the payload in its field', async () => {
    const { body, headers } = signedDelivery({ secret: SECRET, contentType: 'form', payload: { a: 'b&c=d' } })
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(new URLSearchParams(Buffer.from(body).toString()).get('payload')).toBe('{"a":"b&c=d"}')
    expect(await createSignatureVerifier(SECRET)(body, headers['x-hub-signature-256'])).toBe(0)
  })

  it('sends the exact bytes it is given', () => {
    const body = new Uint8Array([0xff, 0x00, 0x7b])
    expect([...signedDelivery({ secret: SECRET, body }).body]).toEqual([0xff, 0x00, 0x7b])
  })
})

describe('tamperings', () => {
  it.each(tamperings)('change the delivery so that it has $name', async ({ apply }) => {
    const delivery = signedDelivery({ secret: SECRET })
    const copy = structuredClone(delivery)
    const forged = apply(delivery)
    expect(delivery).toEqual(copy)
    expect(forged).not.toEqual(delivery)
    await expect(
      createSignatureVerifier(SECRET)(forged.body, forged.headers['x-hub-signature-256']),
    ).rejects.toMatchObject({ status: 401 })
  })
})
