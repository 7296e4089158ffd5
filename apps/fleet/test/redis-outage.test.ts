import { setTimeout } from 'node:timers/promises'
import { type LocalRedis, startRedis, withoutRedis } from '@hubauth/stores/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fleet, startFleet, together } from '../src/fleet.ts'
import type { Member } from '../src/member.ts'
import type { CallsReport, Told } from '../src/protocol.ts'
import { mintsOf } from './mints-of.ts'
import { until } from './until.ts'

const INSTALLATIONS = 200
/** How many nobody has asked for before the outage. */
const UNKNOWN = 40
/** How many nobody has asked for before it is over. */
const LATER = 4
const LOOPS = 20
const OUTAGE_MS = 2_000
const reason = withoutRedis()

interface Outage {
  readonly how: string
  begin(redis: LocalRedis): Promise<void> | void
  end(redis: LocalRedis): Promise<void> | void
}

const OUTAGES: readonly Outage[] = [
  { how: 'is killed, and starts again empty', begin: (redis) => redis.kill(), end: (redis) => redis.start() },
  { how: 'stands still, and goes on', begin: (redis) => redis.pause(), end: (redis) => redis.resume() },
]
const skipped = reason === undefined ? '' : ` (${reason})`

describe.skipIf(reason !== undefined).each(OUTAGES)(
  `four processes under load whose Redis $how${skipped}`,
  (outage) => {
    let redis: LocalRedis
    let fleet: Fleet
    let duringOutage: CallsReport
    let all: CallsReport
    let told: readonly Told[]

    beforeAll(async () => {
      redis = await startRedis()
      fleet = await startFleet({ installations: INSTALLATIONS, redis })
      const known = fleet.installationIds.slice(UNKNOWN + LATER)
      await burst(known)
      await each((member) => member.ask('startLoops', { installationIds: known, loops: LOOPS }))
      await outage.begin(redis)
      duringOutage = await burst(fleet.installationIds.slice(0, UNKNOWN))
      await setTimeout(OUTAGE_MS)
      await outage.end(redis)
      await until('all processes work with Redis again', async () =>
        (await each((member) => member.ask('told'))).every(({ events }) => events['store up'] !== undefined),
      )
      all = together(await each((member) => member.ask('stopLoops')))
      told = await each((member) => member.ask('told'))
    }, 60_000)

    afterAll(async () => {
      await fleet?.close()
      await redis?.stop()
    })

    function each<T>(ask: (member: Member) => Promise<T>): Promise<readonly T[]> {
      return Promise.all(fleet.members.map(ask))
    }

    async function burst(installationIds: readonly number[]): Promise<CallsReport> {
      return together(
        await each((member) => member.ask('burst', { installationIds, callers: 5, atOnce: 20 })),
      )
    }

    it('lose no call, and none waits as long as a call may', () => {
      expect(all.failures).toEqual({})
      expect(all.calls).toBeGreaterThan(INSTALLATIONS * fleet.members.length)
      expect(all.longestMs).toBeLessThan(10_000)
      expect(duringOutage).toMatchObject({ calls: 5 * UNKNOWN * fleet.members.length, failures: {} })
      expect(duringOutage.longestMs).toBeLessThan(10_000)
    })

    it('mint once in each process at most what nobody had before', () => {
      for (const id of fleet.installationIds.slice(0, UNKNOWN))
        expect(mintsOf(fleet.github, id)).toBeLessThanOrEqual(fleet.members.length)
    })

    it('mint nothing again that they had', () => {
      const mints = fleet.installationIds.slice(UNKNOWN + LATER).map((id) => mintsOf(fleet.github, id))
      expect(new Set(mints)).toEqual(new Set([1]))
    })

    it('report the outage once each, and its end', () => {
      for (const { events, problems } of told) {
        expect(events).toMatchObject({ 'store down': 1, 'store up': 1 })
        expect(problems).toEqual(['CACHE_FAILED'])
      }
    })

    it('share tokens again afterwards, without a restart', async () => {
      const later = fleet.installationIds.slice(UNKNOWN, UNKNOWN + LATER)
      expect(await burst(later)).toMatchObject({ calls: 5 * LATER * fleet.members.length, failures: {} })
      expect(later.map((id) => mintsOf(fleet.github, id))).toEqual(later.map(() => 1))
    })

    it('print nothing', () => {
      expect(fleet.members.map(({ printed }) => printed).join('')).toBe('')
    })
  },
)

describe.skipIf(reason !== undefined)(`two processes whose Redis is full${skipped}`, () => {
  let redis: LocalRedis
  let fleet: Fleet

  beforeAll(async () => {
    redis = await startRedis({ args: ['--maxmemory', '1mb', '--maxmemory-policy', 'noeviction'] })
    fleet = await startFleet({ installations: 20, redis, clients: ['redis', 'ioredis'] })
  }, 60_000)

  afterAll(async () => {
    await fleet?.close()
    await redis?.stop()
  })

  it('get every token, and mint it once in each process at most', async () => {
    const { installationIds, members, github } = fleet
    const burst = { installationIds, callers: 10 }
    const all = together(await Promise.all(members.map((member) => member.ask('burst', burst))))
    expect(all).toMatchObject({ calls: 400, failures: {} })
    for (const id of installationIds) expect(mintsOf(github, id)).toBeLessThanOrEqual(members.length)
    const told = await Promise.all(members.map((member) => member.ask('told')))
    for (const { problems } of told) expect(new Set(problems)).toEqual(new Set(['CACHE_FAILED']))
  })
})
