import { setTimeout } from 'node:timers/promises'
import { withoutRedis } from '@hubauth/stores/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fleet, startFleet, together } from '../src/fleet.ts'
import { mintsOf } from './mints-of.ts'
import { type SlowAnswers, slowAnswers } from './slow-answers.ts'
import { until } from './until.ts'

const INSTALLATIONS = 2_000
const reason = withoutRedis()
const title = `four processes on one Redis${reason === undefined ? '' : ` (${reason})`}`

describe.skipIf(reason !== undefined)(title, () => {
  let fleet: Fleet
  let way: SlowAnswers | undefined

  beforeAll(async () => {
    fleet = await startFleet({
      installations: 2,
      async baseUrl(github) {
        way = await slowAnswers(github)
        return way.url
      },
    })
  }, 60_000)

  afterAll(async () => {
    way?.close()
    await fleet?.close()
  })

  it('mint one token for a thousand callers of one installation', async () => {
    const [installationId = 0] = fleet.installationIds
    const burst = { installationIds: [installationId], callers: 250 }
    const all = together(await Promise.all(fleet.members.map((member) => member.ask('burst', burst))))
    expect(all).toMatchObject({ calls: 1_000, failures: {} })
    expect(all.tokens[installationId]).toHaveLength(1)
    expect(fleet.github.mints).toBe(1)
  })

  it('lose no call and one mint when the one that mints is killed, and wait no longer than a call may', async () => {
    const installationId = fleet.installationIds[1] ?? 0
    const minting = await fleet.start('redis')
    const underway = way?.holdMint(installationId)
    const dead = minting.ask('token', { installationId }).catch(() => 'died')
    await underway
    const burst = { installationIds: [installationId], callers: 250 }
    const reports = fleet.members.map((member) => member.ask('burst', burst))
    await minting.kill()
    expect(await dead).toBe('died')
    const all = together(await Promise.all(reports))
    expect(all).toMatchObject({ calls: 1_000, failures: {} })
    expect(all.tokens[installationId]).toHaveLength(1)
    expect(all.longestMs).toBeLessThan(10_000)
    expect(mintsOf(fleet.github, installationId)).toBe(2)
  })
})

describe.skipIf(reason !== undefined)(`${title}, and two thousand installations`, () => {
  let fleet: Fleet

  beforeAll(async () => {
    fleet = await startFleet({ installations: INSTALLATIONS })
  }, 60_000)

  afterAll(async () => {
    await fleet?.close()
  })

  it('mint two thousand tokens when each asks for all at once, in another order', async () => {
    const ids = fleet.installationIds
    const reports = fleet.members.map((member, at) => {
      const first = (at * INSTALLATIONS) / fleet.members.length
      const installationIds = [...ids.slice(first), ...ids.slice(0, first)]
      return member.ask('burst', { installationIds, callers: 1 })
    })
    const all = together(await Promise.all(reports))
    expect(all).toMatchObject({ calls: 4 * INSTALLATIONS, failures: {} })
    expect(Object.values(all.tokens).filter(({ length }) => length !== 1)).toEqual([])
    expect(fleet.github.mints).toBe(INSTALLATIONS)
  }, 60_000)
})

describe.skipIf(reason !== undefined)(`${title}, and four hundred installations`, () => {
  let fleet: Fleet

  beforeAll(async () => {
    fleet = await startFleet({ installations: 400 })
  }, 60_000)

  afterAll(async () => {
    await fleet?.close()
  })

  it('mint no more, and blame nobody, when all stand still for a while', async () => {
    const burst = { installationIds: fleet.installationIds, callers: 1 }
    const reports = fleet.members.map((member) => member.ask('burst', burst))
    await until('they are at it', () => fleet.github.mints > 20)
    for (const member of fleet.members) member.pause()
    // Longer than a store may take to answer.
    await setTimeout(2_000)
    for (const member of fleet.members) member.resume()
    expect(together(await Promise.all(reports)).failures).toEqual({})
    expect(fleet.github.mints).toBe(400)
    const told = await Promise.all(fleet.members.map((member) => member.ask('told')))
    expect(told.flatMap(({ problems }) => problems)).toEqual([])
  }, 60_000)
})
