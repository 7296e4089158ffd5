import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describeKeySource, rsaKey } from '@hubauth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pkcs11Key } from '../src/pkcs11-key.ts'
import { authAt, startGitHub } from './github.ts'

const MODULE = '/usr/lib/softhsm/libsofthsm2.so'
const PIN_VARIABLE = 'HUBAUTH_TEST_PIN'
const isInstalled = existsSync(MODULE) && existsSync('/usr/bin/pkcs11-tool')

if (!isInstalled) {
  const what = 'softhsm2 and opensc are not installed: the tests of PKCS#11 are skipped.'
  if (process.env.CI !== undefined) throw new Error(what)
  console.warn(what)
}

const app = rsaKey({ label: 'pkcs11' })
const where = { module: MODULE, token: 'hubauth', pinVariable: PIN_VARIABLE }
let folder: string

function softhsm(...args: readonly string[]): void {
  execFileSync('softhsm2-util', args, { stdio: 'pipe' })
}

describe.skipIf(!isInstalled)('a key on a PKCS#11 token', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hubauth-pkcs11-'))
    const configuration = join(folder, 'softhsm2.conf')
    const tokens = join(folder, 'tokens')
    mkdirSync(tokens)
    writeFileSync(
      configuration,
      `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    )
    process.env.SOFTHSM2_CONF = configuration
    process.env[PIN_VARIABLE] = '1234'
    softhsm('--init-token', '--free', '--label', where.token, '--pin', '1234', '--so-pin', '0000')
    for (const [id, { pkcs8 }] of Object.entries({ A1: app, A2: rsaKey({ bits: 1024 }) })) {
      const pem = join(folder, `${id}.pem`)
      writeFileSync(pem, pkcs8, { mode: 0o600 })
      softhsm('--import', pem, '--token', where.token, '--label', `key-${id}`, '--id', id, '--pin', '1234')
      rmSync(pem)
    }
  })

  afterAll(() => {
    delete process.env.SOFTHSM2_CONF
    delete process.env[PIN_VARIABLE]
    rmSync(folder, { recursive: true })
  })

  // One for all: what a test gave up may still be at the token, which is opened by one process at a time.
  const source = pkcs11Key({ ...where, keyId: 'A1' })
  describeKeySource('pkcs11-tool', () => ({ source, publicKey: app.publicKey }))

  it('mints tokens, and its fingerprint is the one that GitHub shows', async () => {
    const github = await startGitHub(app.pkcs1)
    const { app: authenticated, installation } = authAt(github, pkcs11Key({ ...where, keyId: 'A1' }))
    expect((await installation({ owner: 'acme' }).token()).owner).toBe('acme')
    const { fingerprint } = await authenticated.verifyKey()
    expect(fingerprint).toBe(github.app.privateKeyFingerprint)
  })

  it.each([
    ['a key that is not there', { keyId: 'B7' }, 'STORE_NOT_FOUND'],
    ['a token that is not there', { token: 'other' }, 'STORE_NOT_FOUND'],
    ['a key of 1024 bits', { keyId: 'A2' }, 'KEY_INVALID'],
  ])('refuses %s, and names it', async (_, wrong, code) => {
    const options = { ...where, keyId: 'A1', ...wrong }
    const error = await pkcs11Key(options)
      .sign(new TextEncoder().encode('header.claims'))
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, details: { secretId: `${options.token}/${options.keyId}` } })
  })

  it('says that the PIN is wrong, and not which', async () => {
    process.env.HUBAUTH_TEST_WRONG_PIN = '987654'
    const key = pkcs11Key({ ...where, keyId: 'A1', pinVariable: 'HUBAUTH_TEST_WRONG_PIN' })
    const error = await key.sign(new TextEncoder().encode('header.claims')).catch((reason: unknown) => reason)
    delete process.env.HUBAUTH_TEST_WRONG_PIN
    expect(error).toMatchObject({ code: 'STORE_ACCESS_DENIED' })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('987654')
  })
})
