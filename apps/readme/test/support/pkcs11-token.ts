import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PIN = '1234'
const PROGRAMS = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/bin/pkcs11-tool']

/** Whether SoftHSM and OpenSC are here. @throws {Error} In CI, where they must be. */
export function isPkcs11Installed(): boolean {
  const isInstalled = PROGRAMS.every((path) => existsSync(path))
  if (!isInstalled && process.env.CI !== undefined) throw new Error('softhsm2 and opensc are not installed.')
  return isInstalled
}

/** A token of SoftHSM, with a key under the names that pages have for them. */
export interface Pkcs11Token {
  /** Where it is, and its PIN. */
  readonly environment: Readonly<Record<string, string>>
  remove(): void
}

/** Makes one. @param privateKey PKCS#8, as PEM. */
export function createPkcs11Token(privateKey: string): Pkcs11Token {
  const folder = mkdtempSync(join(tmpdir(), 'hubauth-readme-'))
  const configuration = join(folder, 'softhsm2.conf')
  const tokens = join(folder, 'tokens')
  const pem = join(folder, 'app.pem')
  mkdirSync(tokens)
  writeFileSync(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`)
  writeFileSync(pem, privateKey, { mode: 0o600 })
  const run = (...args: readonly string[]) =>
    execFileSync('softhsm2-util', args, {
      stdio: 'pipe',
      env: { PATH: process.env.PATH, SOFTHSM2_CONF: configuration },
    })
  run('--init-token', '--free', '--label', 'github', '--pin', PIN, '--so-pin', PIN)
  run('--import', pem, '--token', 'github', '--label', 'app', '--id', 'A1', '--pin', PIN)
  return {
    environment: { SOFTHSM2_CONF: configuration, PKCS11_PIN: PIN },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
