import { describe, expect, it } from 'vitest'
import { type Cache, memoryCache, plaintextCache, sealedCache } from '../../src/index.ts'
import { errorWithCode } from '../rejection.ts'

const FAR = Number.MAX_SAFE_INTEGER
const NEW_SECRET = 'an ephemeral secret of forty characters.'
const OLD_SECRET = 'the ephemeral secret that was used before'

/** A cache whose entries the test can look into, as whoever has access to the server can. */
function openCache(): Cache & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>()
  return {
    entries,
    get: async (key) => entries.get(key),
    set: async (key, value) => void entries.set(key, value),
    delete: async (key) => void entries.delete(key),
  }
}

describe('sealedCache', () => {
  it('shows neither values nor names to whoever reads the cache behind it', async () => {
    const behind = openCache()
    await sealedCache(behind, NEW_SECRET).set('token acme/api', 'ghs_planted', FAR)
    const [[name = '', value = ''] = []] = behind.entries
    expect(behind.entries.size).toBe(1)
    for (const text of [name, value, Buffer.from(name, 'base64url').toString('latin1')]) {
      expect(text).not.toMatch(/token|acme|api|ghs_|planted/)
    }
  })

  it('never seals the same value to the same text twice', async () => {
    const behind = openCache()
    const cache = sealedCache(behind, NEW_SECRET)
    await cache.set('name', 'value', FAR)
    const [first] = behind.entries.values()
    await cache.set('name', 'value', FAR)
    expect([...behind.entries.values()]).not.toContain(first)
  })

  it('finds nothing with another secret', async () => {
    const behind = openCache()
    await sealedCache(behind, OLD_SECRET).set('name', 'value', FAR)
    expect(await sealedCache(behind, NEW_SECRET).get('name')).toBe(undefined)
  })

  it('opens what an older secret sealed, and seals with the first', async () => {
    const behind = openCache()
    await sealedCache(behind, OLD_SECRET).set('name', 'value', FAR)
    const rotating = sealedCache(behind, [NEW_SECRET, OLD_SECRET])
    expect(await rotating.get('name')).toBe('value')
    await rotating.set('name', 'newer', FAR)
    expect(await sealedCache(behind, NEW_SECRET).get('name')).toBe('newer')
    expect(await rotating.get('name')).toBe('newer')
  })

  it('forgets what an older secret sealed as well', async () => {
    const behind = openCache()
    await sealedCache(behind, OLD_SECRET).set('name', 'value', FAR)
    const rotating = sealedCache(behind, [NEW_SECRET, OLD_SECRET])
    await rotating.delete('name')
    expect(await rotating.get('name')).toBe(undefined)
    expect(behind.entries.size).toBe(0)
  })

  it('never brings back what an older secret sealed once a newer value has ended', async () => {
    const behind = memoryCache()
    await sealedCache(behind, OLD_SECRET).set('name', 'older', FAR)
    const rotating = sealedCache(behind, [NEW_SECRET, OLD_SECRET])
    await rotating.set('name', 'newer', 0)
    expect(await rotating.get('name')).toBe(undefined)
  })

  it('refuses a value that was moved to another name', async () => {
    const behind = openCache()
    const cache = sealedCache(behind, NEW_SECRET)
    await cache.set('acme', 'token of acme', FAR)
    await cache.set('globex', 'token of globex', FAR)
    const [[acme = '', value = ''] = [], [globex = ''] = []] = behind.entries
    behind.entries.set(globex, value)
    await errorWithCode('SEAL_BROKEN', cache.get('globex'))
    expect(await cache.get('acme')).toBe('token of acme')
    expect(acme).not.toBe(globex)
  })

  it.each([
    ['empty', ''],
    ['no base64', '***'],
    ['too short', 'AQ'],
    ['of another version', 'AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['cut off', 'AQAAAAAAAAAAAAAAAAAAAAAA'],
  ])('refuses a sealed value that is %s', async (_, damaged) => {
    const behind = openCache()
    const cache = sealedCache(behind, NEW_SECRET)
    await cache.set('name', 'value', FAR)
    for (const name of behind.entries.keys()) behind.entries.set(name, damaged)
    await errorWithCode('SEAL_BROKEN', cache.get('name'))
  })

  it('refuses a value with any one bit changed', async () => {
    const behind = openCache()
    const cache = sealedCache(behind, NEW_SECRET)
    await cache.set('name', 'value', FAR)
    const [[name = '', sealed = ''] = []] = behind.entries
    const bytes = Buffer.from(sealed, 'base64url')
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(bytes.readUInt8(index) ^ 1, index)
      behind.entries.set(name, changed.toString('base64url'))
      await errorWithCode('SEAL_BROKEN', cache.get('name'))
    }
  })

  it.each([[''], ['short'], [[]], [[NEW_SECRET, 'short']], [undefined], [[undefined]]])(
    'refuses the secret %j when it is built',
    (secret) => {
      expect(() => sealedCache(memoryCache(), secret as unknown as string)).toThrow(TypeError)
    },
  )

  it('says how it protects, as plaintextCache does', () => {
    expect(sealedCache(memoryCache(), NEW_SECRET).protection).toBe('sealed')
    expect(plaintextCache(memoryCache()).protection).toBe('plaintext')
  })
})
