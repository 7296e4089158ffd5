import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { createSignatureVerifier, HubauthError, pemKey, type StoredSecret } from '@hubauth/core'
import { rsaKey, signedDelivery } from '@hubauth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { envSecret, fileSecret } from '../src/index.ts'

const INPUT = new TextEncoder().encode('header.claims')
const KEY = rsaKey().pkcs1
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hubauth-file-secret-'))
})

afterAll(() => rm(folder, { recursive: true }))

let files = 0
async function write(content: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = join(folder, `secret-${files++}`)
  await writeFile(path, content, { mode })
  await chmod(path, mode)
  return path
}

async function failure(secret: StoredSecret): Promise<HubauthError> {
  const error = await secret.read().catch((reason: unknown) => reason)
  if (!HubauthError.isInstance(error)) throw new Error(`expected a HubauthError, got ${inspect(error)}`)
  return error
}

describe('fileSecret', () => {
  it('reads the file each time, also by its URL', async () => {
    const path = await write('first\n')
    const secrets = [fileSecret(path), fileSecret(pathToFileURL(path))]
    for (const secret of secrets) expect(await secret.read()).toBe('first\n')
    await rename(await write('second\n'), path)
    for (const secret of secrets) expect(await secret.read()).toBe('second\n')
    for (const secret of secrets) expect(secret.place).toEqual({ store: 'The file system', secretId: path })
  })

  it('has fields: a key and a webhook secret in one document', async () => {
    const secret = fileSecret(await write(JSON.stringify({ privateKey: KEY, webhookSecret: ['new', 'old'] })))
    await expect(pemKey(secret.field('privateKey')).sign(INPUT)).resolves.toHaveLength(256)
    const verify = createSignatureVerifier(secret.field('webhookSecret'))
    for (const signedWith of ['old', 'new']) {
      const { body, headers } = signedDelivery({ secret: signedWith })
      expect(await verify(body, headers['x-hub-signature-256'])).toBe(0)
    }
    expect((await failure(secret.field('PrivateKey'))).code).toBe('STORE_FIELD_MISSING')
  })

  it('says what is wrong with the file, and where it is', async () => {
    const missing = join(folder, 'nowhere')
    const cases: [string, string, RegExp][] = [
      [missing, 'STORE_NOT_FOUND', /does not exist \(ENOENT\)/],
      [join(await write(''), 'below'), 'STORE_NOT_FOUND', /ENOTDIR/],
      [await write('x', 0o644), 'STORE_ACCESS_DENIED', /Everybody on this machine may read.*chmod 600/],
      [folder, 'STORE_UNAVAILABLE', /is a directory/],
      [await write('x'.repeat(70_000)), 'STORE_UNAVAILABLE', /70000 bytes/],
    ]
    for (const [path, code, message] of cases) {
      const error = await failure(fileSecret(path))
      expect(error.code).toBe(code)
      expect(error.message).toMatch(message)
      expect(error.message).toContain(path)
      expect(error.details).toEqual({ store: 'The file system', secretId: path })
    }
  })

  it('accepts a file that everybody may read when that is meant', async () => {
    const path = await write('x', 0o644)
    expect(await fileSecret(path, { allowWorldReadable: true }).read()).toBe('x')
  })

  it('never shows what the file holds', async () => {
    const path = await write('hunter2 {"key": hunter2}')
    expect(
      inspect(await failure(fileSecret(path).field('key')), { depth: 9, showHidden: true }),
    ).not.toContain('hunter2')
    const key = await pemKey(fileSecret(path))
      .sign(INPUT)
      .catch((error: unknown) => error)
    expect(key).toMatchObject({ code: 'KEY_INVALID', details: { secretId: path } })
    expect(inspect(key, { depth: 9, showHidden: true })).not.toContain('hunter2')
  })

  it('refuses a secret in place of a path, and does not repeat it', () => {
    for (const wrong of [KEY, '', 'a'.repeat(2_000), undefined, 7, new URL('https://octo.example/secret')]) {
      expect(() => fileSecret(wrong as string)).toThrow(
        new TypeError('fileSecret(): expected the path of a file, not what it holds.'),
      )
    }
  })
})

describe('envSecret', () => {
  it('reads the variable each time, with its fields', async () => {
    const env: Record<string, string> = { APPS: JSON.stringify({ acme: KEY, globex: 'secret' }) }
    const secret = envSecret('APPS', env)
    await expect(pemKey(secret.field('acme')).sign(INPUT)).resolves.toHaveLength(256)
    expect(await secret.field('globex').read()).toBe('secret')
    env.APPS = 'plain'
    expect(await secret.read()).toBe('plain')
    expect(secret.field('acme').place).toEqual({ store: 'The environment', secretId: 'APPS', field: 'acme' })
  })

  it('reads the environment of the process when it is not told otherwise', async () => {
    process.env.HUBAUTH_TEST_SECRET = 'from the process'
    expect(await envSecret('HUBAUTH_TEST_SECRET').read()).toBe('from the process')
    delete process.env.HUBAUTH_TEST_SECRET
  })

  it.each([
    [undefined, 'not set'],
    ['', 'empty'],
    [' \n', 'empty'],
  ])('names the variable when it is missing or empty (%j)', async (value, what) => {
    for (const secret of [
      envSecret('APPS', { APPS: value }),
      envSecret('APPS', { APPS: value }).field('acme'),
    ]) {
      const error = await failure(secret)
      expect(error.code).toBe('STORE_NOT_FOUND')
      expect(error.message).toContain(`The environment variable APPS is ${what}.`)
    }
  })

  it('never shows what the variable holds', async () => {
    const error = await failure(envSecret('APPS', { APPS: 'hunter2' }).field('acme'))
    expect(error.code).toBe('STORE_FIELD_MISSING')
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
  })

  it('refuses the value of a variable in place of its name, and does not repeat it', () => {
    for (const wrong of [KEY, '{"acme":"x"}', '', undefined]) {
      expect(() => envSecret(wrong as string)).toThrow(
        new TypeError('envSecret(): expected the name of an environment variable, not its value.'),
      )
    }
  })
})
