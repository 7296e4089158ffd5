import { describe, expect, it } from 'vitest'
import { staticToken, Token } from '../../src/index.ts'
import { errorWithCode } from '../rejection.ts'

describe('staticToken', () => {
  it('provides the given token, always the same one', async () => {
    const provider = staticToken(' github_pat_1 \n')
    const token = await provider.getToken()
    expect(token.value).toBe('github_pat_1')
    expect(token.expiresAt).toBe(Number.POSITIVE_INFINITY)
    expect(await provider.getToken()).toBe(token)
  })

  it('carries the expiry it is given', async () => {
    expect((await staticToken('ghp_1', 42).getToken()).expiresAt).toBe(42)
  })

  it('has no other token to offer when GitHub refused it', async () => {
    const provider = staticToken('ghp_1')
    await errorWithCode('TOKEN_REFUSED', provider.getToken({ rejected: await provider.getToken() }))
    expect((await provider.getToken({ rejected: new Token('ghp_other', 0) })).value).toBe('ghp_1')
  })

  it.each(['', '  ', undefined, 7])('refuses %j when it is built', (value) => {
    expect(() => staticToken(value as string)).toThrow(TypeError)
  })
})
