import { randomBytes, randomUUID } from 'node:crypto'
import type { ChangeLog, Lease, TokenCache } from '@hubauth/core'
import { describeCache, describeChangeLog, describeDeliveryClaims, describeLease } from '@hubauth/testing'
import { type RedisPlace, redisCache, redisClaims, redisLease } from '../src/index.ts'
import type { Connected } from './clients.ts'

const time = 'real'
const secret = randomBytes(32).toString('base64')

/** Everything that this package has, with one client; without `both`, each once, sealed or not. */
export function describeStores(name: string, connected: () => Connected, both?: 'both'): void {
  /** A place of its own, for nobody reads a log faster than all tests write one. */
  const place = () => ({ client: connected().client, prefix: `test ${randomUUID()} ` })
  const sealed = (where: RedisPlace = place()) => redisCache({ ...where, sealWith: secret })
  const plain = (where: RedisPlace = place()) => redisCache({ ...where, sealWith: 'none' })
  const twice = (open: (where: RedisPlace) => TokenCache) => () => {
    const where = place()
    return [changesOf(open(where)), changesOf(open(where))] as const
  }
  describeCache(`${name}, sealed`, () => sealed(), { time })
  describeChangeLog(`${name}, in plain text`, twice(plain), { time })
  describeLease(`${name}, alone`, () => redisLease(place()), { time })
  describeDeliveryClaims(name, () => redisClaims(place()), { time })
  if (both === undefined) return
  describeCache(`${name}, in plain text`, () => plain(), { time })
  describeChangeLog(`${name}, sealed`, twice(sealed), { time })
  describeLease(`${name}, sealed`, () => leaseOf(sealed()), { time })
}

/** The lease of a cache. */
export function leaseOf({ lease }: TokenCache): Lease {
  if (lease === undefined) throw new TypeError('the cache has no lease')
  return lease
}

/** The change log of a cache. */
export function changesOf({ changes }: TokenCache): ChangeLog {
  if (changes === undefined) throw new TypeError('the cache has no change log')
  return changes
}
