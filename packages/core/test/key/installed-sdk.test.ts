import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { requireSdk } from '../../src/index.ts'

const URL_OF_DIST = 'file:///app/node_modules/@octo/key-store/dist/index.js'

/** A module whose packages are these. */
function meta(url: string, ...installed: readonly string[]) {
  return {
    url,
    resolve(specifier: string) {
      if (installed.includes(specifier)) return `file:///app/node_modules/${specifier}/index.js`
      throw new Error(`Cannot find package '${specifier}'`)
    },
  }
}

describe('requireSdk', () => {
  it('says what to install when the SDK is not there', () => {
    expect(() => requireSdk(meta(URL_OF_DIST), '@octo/key-store', ['@store/client'])).toThrow(
      new Error('@octo/key-store needs its SDK, which is not installed: npm install @store/client'),
    )
  })

  it('names all of several when none is there, and is content with any one', () => {
    const sdks = ['@store/keys', '@store/secrets']
    expect(() => requireSdk(meta(URL_OF_DIST), '@octo/key-store', sdks)).toThrow(
      'npm install @store/keys (or @store/secrets)',
    )
    for (const sdk of sdks)
      expect(() => requireSdk(meta(URL_OF_DIST, sdk), '@octo/key-store', sdks)).not.toThrow()
  })

  it.each([
    ['in a bundle', 'file:///app/dist/server.js'],
    ['in a bundle that has no address', ''],
    ['in its own repository', 'file:///src/packages/key-store/src/index.ts'],
    ['in another package', 'file:///app/node_modules/@octo/key-store-2/index.js'],
  ])('looks for nothing %s', (_, url) => {
    expect(() => requireSdk(meta(url), '@octo/key-store', ['@store/client'])).not.toThrow()
  })

  it('looks for nothing where modules do not know themselves, or cannot look', () => {
    for (const wrong of [{ url: URL_OF_DIST }, { url: URL_OF_DIST, resolve: undefined }, {}])
      expect(() => requireSdk(wrong as { url: string }, '@octo/key-store', ['@store/client'])).not.toThrow()
  })

  it('finds what is installed beside a real package, and misses what is not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hubauth-sdk-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const install = async (name: string, code: string) => {
      const at = join(folder, 'node_modules', name)
      await mkdir(at, { recursive: true })
      await writeFile(
        join(at, 'package.json'),
        JSON.stringify({ name, type: 'module', exports: './index.js' }),
      )
      await writeFile(join(at, 'index.js'), code)
    }
    // The function itself: it uses nothing but what it is given.
    const check = `const requireSdk = ${requireSdk}\nrequireSdk(import.meta, '@octo/key-store', ['@store/client'])\n`
    await install('@octo/key-store', check)
    const entry = pathToFileURL(join(folder, 'main.mjs')).href
    await writeFile(
      join(folder, 'main.mjs'),
      "await import('@octo/key-store').then(() => console.log('ready'), (error) => console.log(error.message))\n",
    )
    const run = () =>
      execFileSync(process.execPath, ['-e', `import(${JSON.stringify(entry)})`], { encoding: 'utf8' })
    expect(run()).toBe('@octo/key-store needs its SDK, which is not installed: npm install @store/client\n')
    await install('@store/client', 'export {}')
    expect(run()).toBe('ready\n')
  })
})
