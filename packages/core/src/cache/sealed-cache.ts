import { HubauthError } from '../errors.ts'
import type { SharedCache, TokenCache } from './cache.ts'
import type { ChangeLog } from './change-log.ts'
import type { Lease } from './lease.ts'
import { type Sealing, type SealSecret, sealing } from './sealing.ts'

/** What sealed entries of a change log are bound to. */
const CHANGE = 'change'

/**
 * Encrypts what a cache keeps (AES-256-GCM), and hides under what name: whoever reads the cache finds neither tokens
 * nor the repositories they are for. A value is bound to its name, so it cannot be moved to another. The same for the
 * leases and the changes of that cache.
 *
 * @param secret At least 32 characters of random text, such as `openssl rand -base64 32` prints; the same in every
 * process. An array for rotation: the first seals, all open.
 * @throws {TypeError} When a secret is too short.
 */
export function sealedCache(cache: SharedCache, secret: SealSecret): TokenCache {
  const seal = sealing(secret, 'sealedCache()')
  const { lease, changes } = cache
  return {
    protection: 'sealed',
    lease: lease && sealedLease(lease, seal),
    changes: changes && sealedChanges(changes, seal),
    async get(key) {
      for (const name of await seal.names(key)) {
        const sealed = await cache.get(name)
        if (sealed !== undefined) return seal.open(name, sealed)
      }
      return undefined
    },
    async set(key, value, expiresAt) {
      const [name = '', ...old] = await seal.names(key)
      // What an old secret sealed must not come back when this value has ended.
      for (const before of old) await cache.delete(before)
      await cache.set(name, await seal.seal(name, value), expiresAt)
    },
    async delete(key) {
      for (const name of await seal.names(key)) await cache.delete(name)
    },
  }
}

/** Accepts that whoever reads this cache can use every token in it. */
export function plaintextCache(cache: SharedCache): TokenCache {
  return {
    protection: 'plaintext',
    lease: cache.lease,
    changes: cache.changes,
    get: (key) => cache.get(key),
    set: (key, value, expiresAt) => cache.set(key, value, expiresAt),
    delete: (key) => cache.delete(key),
  }
}

function sealedLease(lease: Lease, seal: Sealing): Lease {
  return {
    async acquire(key, ttlMs, options) {
      const [name = ''] = await seal.names(key)
      return lease.acquire(name, ttlMs, options)
    },
  }
}

function sealedChanges(changes: ChangeLog, seal: Sealing): ChangeLog {
  return {
    append: async (entry, keepMs) => changes.append(await seal.seal(CHANGE, entry), keepMs),
    async read(after) {
      const page = await changes.read(after)
      return Promise.all(
        page.map(async ({ position, entry }) => ({ position, entry: await opened(entry, seal) })),
      )
    },
  }
}

/** One entry that cannot be opened must not hide the ones behind it. What is no entry of ours says nothing. */
async function opened(entry: string, seal: Sealing): Promise<string> {
  try {
    return await seal.open(CHANGE, entry)
  } catch (error) {
    if (HubauthError.isInstance(error)) return ''
    throw error
  }
}
