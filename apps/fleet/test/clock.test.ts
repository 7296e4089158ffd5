import { withoutRedis } from '@hubauth/stores/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fleet, startFleet, together } from '../src/fleet.ts'
import { mintsOf } from './mints-of.ts'

const INSTALLATIONS = 20
const MINUTE_MS = 60_000
const reason = withoutRedis()

describe.skipIf(reason !== undefined)(
  `four processes and their clocks${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let fleet: Fleet

    beforeAll(async () => {
      fleet = await startFleet({ installations: INSTALLATIONS })
      await burst()
    }, 60_000)

    afterAll(async () => {
      await fleet?.close()
    })

    /** All processes ask for all tokens at once; no call may fail. */
    async function burst(): Promise<void> {
      const { installationIds, members } = fleet
      const calls = { installationIds, callers: 5 }
      const all = together(await Promise.all(members.map((member) => member.ask('burst', calls))))
      expect(all).toMatchObject({ calls: 5 * INSTALLATIONS * members.length, failures: {} })
    }

    /** Whether GitHub takes what every process serves. */
    async function statuses(): Promise<ReadonlySet<number>> {
      const path = '/installation/repositories'
      const { installationIds, members } = fleet
      const requests = members.flatMap((member) =>
        installationIds.map((installationId) => member.ask('fetch', { installationId, path })),
      )
      return new Set(await Promise.all(requests))
    }

    it.each([
      { what: 'two hours forward', minutes: 120 },
      { what: 'two hours back', minutes: -120 },
      { what: 'ten minutes forward', minutes: 10 },
      { what: 'ten minutes back', minutes: -10 },
    ])('work on when the clock of one jumps $what, with one mint more each at most', async ({ minutes }) => {
      const { github, installationIds } = fleet
      const before = installationIds.map((id) => mintsOf(github, id))
      const [jumping] = fleet.members
      await jumping?.ask('moveClock', minutes * MINUTE_MS)
      for (let round = 0; round < 2; round++) {
        await burst()
        expect(await statuses()).toEqual(new Set([200]))
      }
      await jumping?.ask('moveClock', -minutes * MINUTE_MS)
      for (let round = 0; round < 2; round++) {
        await burst()
        expect(await statuses()).toEqual(new Set([200]))
      }
      const more = installationIds.map((id, at) => mintsOf(github, id) - (before[at] ?? 0))
      // Once when it jumps, once when it is set right.
      expect(Math.max(...more)).toBeLessThanOrEqual(2)
    })

    it('mint one token for each installation when all have expired at once', async () => {
      const { github, installationIds, members } = fleet
      const before = installationIds.map((id) => mintsOf(github, id))
      github.advance(61 * MINUTE_MS)
      await Promise.all(members.map((member) => member.ask('moveClock', 61 * MINUTE_MS)))
      await burst()
      expect(await statuses()).toEqual(new Set([200]))
      expect(installationIds.map((id, at) => mintsOf(github, id) - (before[at] ?? 0))).toEqual(
        installationIds.map(() => 1),
      )
    })

    it('mint one token for each installation when GitHub refuses all before their time', async () => {
      const { github, installationIds } = fleet
      const before = installationIds.map((id) => mintsOf(github, id))
      // Nobody's clock says that they have expired.
      github.advance(61 * MINUTE_MS)
      expect(await statuses()).toEqual(new Set([200]))
      const more = installationIds.map((id, at) => mintsOf(github, id) - (before[at] ?? 0))
      expect(more).toEqual(installationIds.map(() => 1))
    })
  },
)
