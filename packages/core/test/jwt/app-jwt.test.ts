import { verify } from 'node:crypto'
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { pemKey } from '../../src/index.ts'
import { type AppJwtOptions, appJwt, signedAppJwt } from '../../src/jwt/app-jwt.ts'

const { pkcs1, publicKey } = rsaKey()
const key = pemKey(pkcs1)
const NOW_MS = 1_767_225_600_999

function part(jwt: string, index: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString())
}

async function signed(
  options: AppJwtOptions,
): Promise<{ readonly value: string; readonly expiresAt: number }> {
  const jwt = appJwt(options)
  const signature = await key.sign(new TextEncoder().encode(jwt.input))
  return { value: signedAppJwt(jwt, signature), expiresAt: jwt.expiresAt }
}

describe('the JWT of an app', () => {
  it('signs RS256 over its own header and claims', async () => {
    const { value } = await signed({ issuer: 'Iv23liOcto', now: NOW_MS })
    const [header, claims, signature = ''] = value.split('.')
    const input = Buffer.from(`${header}.${claims}`)
    expect(part(value, 0)).toEqual({ alg: 'RS256', typ: 'JWT' })
    expect(verify('RSA-SHA256', input, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
  })

  it('is valid from a minute ago to nine minutes ahead, in whole seconds', async () => {
    const { value, expiresAt } = await signed({ issuer: 1, now: NOW_MS })
    const { iat, exp } = part(value, 1)
    expect(iat).toBe(1_767_225_600 - 60)
    expect(exp).toBe(1_767_225_600 + 540)
    expect(expiresAt).toBe(Number(exp) * 1_000)
  })

  // github-aws-runners#5025: byte-identical JWTs of several processes earn 404s.
  it('is never the same twice, even in the same millisecond', async () => {
    const jwts = await Promise.all([1, 2, 3].map(() => signed({ issuer: 1, now: NOW_MS })))
    expect(new Set(jwts.map(({ value }) => part(value, 1).jti)).size).toBe(3)
  })

  it.each([1234, '1234', 'Iv23liOcto', 'Iv1.8a61f9b3a7aba766'])(
    'names the issuer %j exactly as it was given',
    async (issuer) => {
      expect(part((await signed({ issuer, now: NOW_MS })).value, 1).iss).toBe(issuer)
    },
  )
})
