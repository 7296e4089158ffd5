import { execFileSync } from 'node:child_process'
import { verify } from 'node:crypto'
import { chmod, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { HubauthError, type KeySource, keyFingerprint, pemKey, type SignOptions } from '@hubauth/core'
import { describeKeySource, rsaKey } from '@hubauth/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { fileKey } from '../src/index.ts'

const [FIRST, SECOND] = [rsaKey(), rsaKey({ label: 'second' })]
const INPUT = new TextEncoder().encode('header.claims')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hubauth-file-key-'))
})

afterAll(() => rm(folder, { recursive: true }))

let files = 0
async function write(content: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = join(folder, `key-${files++}.pem`)
  await writeFile(path, content, { mode })
  await chmod(path, mode)
  return path
}

/** Swaps the file as people and secret mounts do: a new one takes its name. */
async function replace(path: string, content: string): Promise<void> {
  await rename(await write(content), path)
}

/** Which of the two keys signs. */
async function signerOf(key: KeySource, options?: SignOptions) {
  const signature = await key.sign(INPUT, options)
  return [FIRST, SECOND].find(({ publicKey }) => verify('RSA-SHA256', INPUT, publicKey, signature))
}

async function failure(path: string | URL): Promise<HubauthError> {
  const error = await fileKey(path)
    .sign(INPUT)
    .catch((reason: unknown) => reason)
  if (!HubauthError.isInstance(error)) throw new Error('expected a HubauthError')
  return error
}

/** Root may read everything, and tests run as root in containers. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    return await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

describeKeySource('fileKey', async () => {
  const path = await write(FIRST.pkcs1)
  return {
    source: fileKey(path),
    publicKey: FIRST.publicKey,
    async rotate() {
      await replace(path, SECOND.pkcs8)
      return SECOND.publicKey
    },
  }
})

describe('fileKey', () => {
  it('reads nothing before the first signature', async () => {
    const path = join(folder, 'later.pem')
    const key = fileKey(path)
    await replace(path, FIRST.pkcs1)
    await expect(key.sign(INPUT)).resolves.toHaveLength(256)
  })

  it('uses the new file at the next signature', async () => {
    const path = await write(FIRST.pkcs1)
    const key = fileKey(path)
    expect(await signerOf(key)).toBe(FIRST)
    await replace(path, SECOND.pkcs8)
    expect(await signerOf(key)).toBe(SECOND)
    await writeFile(path, FIRST.pkcs1)
    expect(await signerOf(key)).toBe(FIRST)
  })

  it.each<[string, (path: string) => Promise<void>]>([
    ['gone', (path) => rm(path)],
    ['half written', (path) => writeFile(path, SECOND.pkcs1.slice(0, 900))],
    ['empty', (path) => writeFile(path, '')],
    ['readable by everybody', (path) => chmod(path, 0o644)],
    ['something else', (path) => writeFile(path, SECOND.publicPem)],
  ])('signs on with the last good key while the file is %s, and says so', async (_, spoil) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => printed.mockRestore())
    const path = await write(FIRST.pkcs1)
    const key = fileKey(path)
    await key.sign(INPUT)
    await spoil(path)
    for (const fresh of [false, true]) expect(await signerOf(key, { fresh })).toBe(FIRST)
    expect(printed).toHaveBeenCalledOnce()
    expect(inspect(printed.mock.calls, { depth: 9 })).toContain(path)
    expect(inspect(printed.mock.calls, { depth: 9 })).not.toMatch(/MII[A-Za-z0-9]/)
    await replace(path, SECOND.pkcs1)
    expect(await signerOf(key)).toBe(SECOND)
  })

  it('goes back to the key before it while GitHub refuses the one in the new file', async () => {
    const path = await write(FIRST.pkcs1)
    const key = fileKey(path)
    await key.sign(INPUT)
    await replace(path, SECOND.pkcs1)
    const refused = [await key.sign(INPUT)]
    expect(await signerOf(key, { fresh: true, refused })).toBe(FIRST)
    expect(await signerOf(key)).toBe(FIRST)
  })

  it('tells the fingerprint of the key in the file', async () => {
    const path = await write(FIRST.pkcs1)
    const key = fileKey(path)
    expect(await keyFingerprint(key)).toBe(await keyFingerprint(pemKey(FIRST.pkcs8)))
    await replace(path, SECOND.pkcs1)
    expect(await keyFingerprint(key)).toBe(await keyFingerprint(pemKey(SECOND.pkcs8)))
  })

  it('recovers when a file that was missing is there again', async () => {
    const path = join(folder, 'missing-at-first.pem')
    const key = fileKey(path)
    await expect(key.sign(INPUT)).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' })
    await replace(path, FIRST.pkcs1)
    await expect(key.sign(INPUT)).resolves.toHaveLength(256)
  })

  it('follows a symbolic link, and takes a file: URL', async () => {
    const link = join(folder, 'link.pem')
    await symlink(await write(FIRST.pkcs1), link)
    await expect(fileKey(link).sign(INPUT)).resolves.toHaveLength(256)
    await expect(fileKey(pathToFileURL(link)).sign(INPUT)).resolves.toHaveLength(256)
  })

  it('names the path and the reason when the file is missing', async () => {
    const path = join(folder, 'nowhere.pem')
    const error = await failure(path)
    expect(error.code).toBe('KEY_UNAVAILABLE')
    expect(error.message).toContain(`${path} cannot be read: it does not exist (ENOENT)`)
  })

  it('names the path and the reason when it is a directory, a pipe or a circle of links', async () => {
    const [pipe, circle] = [join(folder, 'pipe'), join(folder, 'circle')]
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe])
    await symlink(circle, circle)
    expect((await failure(folder)).message).toContain(`${folder} is a directory (EISDIR)`)
    expect((await failure(pipe)).message).toContain(`${pipe} is not a regular file`)
    expect((await failure(circle)).message).toContain('(ELOOP)')
    expect((await failure(join(await write(''), 'below'))).message).toContain('(ENOTDIR)')
  })

  it('names the path and the reason when this process may not read it', async () => {
    const path = await write(FIRST.pkcs1, 0o000)
    const { message } = await asNobody(() => failure(path))
    expect(message).toContain(`${path} cannot be read: this process may not read it (EACCES)`)
  })

  it('refuses a file that everybody may read, and says what to do', async () => {
    const path = await write(FIRST.pkcs1, 0o644)
    const error = await failure(path)
    expect(error.code).toBe('KEY_UNAVAILABLE')
    expect(error.message).toContain(`Everybody on this machine may read ${path} (mode 0644).`)
    expect(error.message).toContain(`chmod 600 ${path}`)
    expect(error.message).toContain('allowWorldReadable')
  })

  it('looks at the file behind a link, not at the link', async () => {
    const link = join(folder, 'link-to-public.pem')
    await symlink(await write(FIRST.pkcs1, 0o604), link)
    expect((await failure(link)).message).toContain('(mode 0604)')
  })

  it('accepts such a file when that is meant, and one that the group may read', async () => {
    const everybody = fileKey(await write(FIRST.pkcs1, 0o644), { allowWorldReadable: true })
    await expect(everybody.sign(INPUT)).resolves.toHaveLength(256)
    await expect(fileKey(await write(FIRST.pkcs1, 0o640)).sign(INPUT)).resolves.toHaveLength(256)
  })

  it('refuses a file that is too large for a key', async () => {
    const error = await failure(await write(FIRST.pkcs1.repeat(50)))
    expect(error.code).toBe('KEY_UNAVAILABLE')
    expect(error.message).toContain('no key has more than 65536')
  })

  it('never shows what a file holds that is no key', async () => {
    for (const content of ['hunter2 is the password', FIRST.publicPem, FIRST.pkcs1.slice(0, 900), '']) {
      const error = await failure(await write(content))
      expect(error.code).toBe('KEY_INVALID')
      const printed = inspect(error, { depth: 9, showHidden: true })
      expect(printed).not.toMatch(/hunter2|MII[A-Za-z0-9]/)
    }
  })

  it('refuses the text of a PEM in place of a path, and does not repeat it', () => {
    for (const wrong of [
      FIRST.pkcs1,
      FIRST.pkcs1.replaceAll('\n', '\\n'),
      '',
      'a'.repeat(2_000),
      undefined,
      7,
    ]) {
      let message = ''
      try {
        fileKey(wrong as string)
      } catch (error) {
        message = String(error)
      }
      expect(message).toBe(
        'TypeError: fileKey(): expected the path of a PEM file; for the text of a PEM, use pemKey().',
      )
    }
  })
})
