import { signedDelivery, tamperings } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { createSignatureVerifier, type WebhookSecrets } from '../../src/index.ts'
import { errorWithCode, hubauthError } from '../rejection.ts'

const SECRET = "It's a Secret to Everybody"
const SIGNATURE = 'x-hub-signature-256'

describe('createSignatureVerifier', () => {
  it("accepts GitHub's published test vector", async () => {
    const body = new TextEncoder().encode('Hello, World!')
    const header = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    expect(await createSignatureVerifier(SECRET)(body, header)).toBe(0)
  })

  it.each(tamperings)('refuses a delivery with $name', async ({ apply }) => {
    const { body, headers } = apply(signedDelivery({ secret: SECRET }))
    const error = await hubauthError(createSignatureVerifier(SECRET)(body, headers[SIGNATURE]))
    expect(error.status).toBe(401)
    expect(error.code).toMatch(/^WEBHOOK_SIGNATURE_/)
  })

  it('says which of several secrets matched', async () => {
    const verify = createSignatureVerifier(['newest', 'old', 'oldest'])
    for (const [index, secret] of ['newest', 'old', 'oldest'].entries()) {
      const { body, headers } = signedDelivery({ secret })
      expect(await verify(body, headers[SIGNATURE])).toBe(index)
    }
    const { body, headers } = signedDelivery({ secret: 'retired' })
    await errorWithCode('WEBHOOK_SIGNATURE_INVALID', verify(body, headers[SIGNATURE]))
  })

  it('is not changed by what happens to the list of secrets later', async () => {
    const secrets = ['first']
    const verify = createSignatureVerifier(secrets)
    secrets[0] = 'other'
    secrets.push('another')
    const { body, headers } = signedDelivery({ secret: 'first' })
    expect(await verify(body, headers[SIGNATURE])).toBe(0)
  })

  it.each([
    [''],
    [' '],
    ['\t\n'],
    [[]],
    [['secret', '']],
    [['secret', ' ']],
    [undefined],
    [null],
    [42],
    [{}],
    [[undefined]],
  ])('refuses the secret %j when it is built: it would accept what anybody signs', (secrets) => {
    expect(() => createSignatureVerifier(secrets as WebhookSecrets)).toThrow(/accept forged deliveries/)
  })

  it('verifies the bytes, not the text that they might stand for', async () => {
    const verify = createSignatureVerifier(SECRET)
    for (const bytes of [
      [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
      [0xff, 0xfe, 0x00],
      [0x7b, 0x0d, 0x0a, 0x7d],
    ]) {
      const { body, headers } = signedDelivery({ secret: SECRET, body: new Uint8Array(bytes) })
      expect(await verify(body, headers[SIGNATURE])).toBe(0)
    }
  })
})
