import { setTimeout } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { KeptToken } from './hand-written.ts'

const LOCK_MS = 10_000
const LOOK_EVERY_MS = 5

/**
 * The least code with which processes share tokens: memory, then Redis, then a lock by SET NX. No sealing, nothing about what
 * changes, and a holder that dies costs all others ten seconds.
 *
 * @param mintOne Asks GitHub.
 */
export function sharedTokens(
  redis: Redis,
  mintOne: (installationId: number) => Promise<KeptToken>,
): (installationId: number) => Promise<string> {
  const tokens = new Map<number, KeptToken>()
  const flights = new Map<number, Promise<string>>()
  const keep = (id: number, kept: KeptToken) => {
    tokens.set(id, kept)
    return kept.token
  }
  const renew = async (id: number): Promise<string> => {
    for (;;) {
      const shared = await redis.get(`limit:t:${id}`)
      if (shared !== null) return keep(id, JSON.parse(shared) as KeptToken)
      if ((await redis.set(`limit:l:${id}`, '', 'PX', LOCK_MS, 'NX')) === 'OK') {
        const minted = await mintOne(id)
        await redis.set(`limit:t:${id}`, JSON.stringify(minted), 'PXAT', minted.expiresAtMs)
        await redis.del(`limit:l:${id}`)
        return keep(id, minted)
      }
      await setTimeout(LOOK_EVERY_MS)
    }
  }
  return async (id) => {
    const kept = tokens.get(id)
    if (kept !== undefined && kept.expiresAtMs > Date.now()) return kept.token
    const flight = flights.get(id) ?? renew(id).finally(() => flights.delete(id))
    flights.set(id, flight)
    return flight
  }
}
