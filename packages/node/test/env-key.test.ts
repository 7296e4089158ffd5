import { HubauthError } from '@hubauth/core'
import { describeKeySource, rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { envKey } from '../src/index.ts'

const [FIRST, SECOND] = [rsaKey(), rsaKey({ label: 'second' })]
const INPUT = new TextEncoder().encode('header.claims')

describeKeySource('envKey', () => {
  const env = { APP_KEY: FIRST.pkcs1 }
  return {
    source: envKey('APP_KEY', env),
    publicKey: FIRST.publicKey,
    async rotate() {
      env.APP_KEY = SECOND.pkcs1
      return SECOND.publicKey
    },
  }
})

async function failure(value: string | undefined): Promise<HubauthError> {
  const error = await envKey('APP_KEY', { APP_KEY: value })
    .sign(INPUT)
    .catch((reason: unknown) => reason)
  if (!HubauthError.isInstance(error)) throw new Error('expected a HubauthError')
  return error
}

describe('envKey', () => {
  it('reads the environment of the process when the first signature is made', async () => {
    const key = envKey('HUBAUTH_TEST_KEY')
    process.env.HUBAUTH_TEST_KEY = FIRST.pkcs1
    await expect(key.sign(INPUT)).resolves.toHaveLength(256)
    delete process.env.HUBAUTH_TEST_KEY
  })

  it('takes a PEM as environment files write it', async () => {
    for (const value of [
      FIRST.pkcs1.replaceAll('\n', '\\n'),
      `"${FIRST.pkcs8}"`,
      Buffer.from(FIRST.pkcs1).toString('base64'),
    ])
      await expect(envKey('APP_KEY', { APP_KEY: value }).sign(INPUT)).resolves.toHaveLength(256)
  })

  it.each([
    [undefined, 'The environment variable APP_KEY is not set.'],
    ['', 'The environment variable APP_KEY is empty.'],
    [' \n', 'The environment variable APP_KEY is empty.'],
  ])('names the variable when it is missing or empty (%j)', async (value, message) => {
    const error = await failure(value)
    expect(error.code).toBe('KEY_UNAVAILABLE')
    expect(error.message).toContain(message)
  })

  it.each([
    '/etc/keys/app.pem',
    './app.pem',
    '../key',
    '~/key',
    'C:\\keys\\app.pem',
    'app.pem',
    'keys/app.key',
  ])('says to use fileKey when the variable holds a path (%s)', async (path) => {
    const error = await failure(path)
    expect(error.code).toBe('KEY_INVALID')
    expect(error.message).toContain('Use fileKey(process.env.APP_KEY).')
    expect(error.message).not.toContain(path)
  })

  it('does not repeat what the variable holds when it is no key', async () => {
    const error = await failure('hunter2')
    expect(error.code).toBe('KEY_INVALID')
    expect(error.message).not.toContain('hunter2')
  })

  it('refuses the value of a variable in place of its name, and does not repeat it', () => {
    for (const wrong of [FIRST.pkcs1, Buffer.from(FIRST.pkcs1).toString('base64'), '', undefined]) {
      expect(() => envKey(wrong as string)).toThrow(
        new TypeError('envKey(): expected the name of an environment variable, not its value.'),
      )
    }
  })
})
