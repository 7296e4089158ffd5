import { withoutRedis } from '@hubauth/stores/redis'
import { beforeAll, describe, expect, it } from 'vitest'
import { DEFAULTS } from '../src/soak/options.ts'
import { runSoak } from '../src/soak/soak.ts'
import { brokenRules, type SoakReport } from '../src/soak/soak-report.ts'

/** All of them on a machine with nothing else to do; as many as fit otherwise. */
const DELIVERIES = 4_000
const SECONDS = 8
const reason = withoutRedis()
const skipped = reason === undefined ? '' : ` (${reason})`

describe.skipIf(reason !== undefined)(
  `deliveries through Express and a queue to four workers, while processes and Redis are killed${skipped}`,
  () => {
    let report: SoakReport

    beforeAll(async () => {
      report = await runSoak({
        ...DEFAULTS,
        deliveries: DELIVERIES,
        seconds: SECONDS,
        killEveryMs: 1_000,
        killRedisEveryMs: 3_000,
        // Often enough for the few deliveries that a busy machine manages.
        duplicates: 0.1,
        forgeries: 0.1,
        lockMs: 2_000,
      })
    }, 180_000)

    it('break no rule of the soak test', () => {
      expect(brokenRules(report)).toEqual([])
    })

    it('are handled at least once each when they were answered 2xx', () => {
      const { sent, tally } = report
      const handled = tally.executions.slice(1).reduce((sum, count) => sum + count, 0)
      expect(sent.deliveries).toBeGreaterThan(0)
      expect(handled).toBe(sent.deliveries)
      expect(tally.lost).toEqual([])
    })

    it('are queued once, however often they are sent', () => {
      const { duplicate = 0, queued = 0 } = report.sent.answers
      expect(queued + report.sent.neverQueued).toBe(report.sent.deliveries)
      expect(duplicate).toBe(report.sent.duplicates + report.sent.neverQueued)
    })

    it('are not handled when they are forged', () => {
      expect(report.sent.forged).toBeGreaterThan(0)
      expect(report.tally.forged).toBe(0)
    })

    it('have gone through kills of every kind', () => {
      const { web, worker, redis } = report.kills
      expect(Math.min(web + worker, redis)).toBeGreaterThan(0)
    })
  },
)
