import { manualClock } from '@hubauth/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budgets } from '../../src/github/budgets.ts'
import { GitHubClock } from '../../src/github/github-clock.ts'
import { githubHost } from '../../src/github/host.ts'
import { rateResource } from '../../src/github/rate-resource.ts'

const HOUR_MS = 3_600_000
const ACME = { installationId: 7, resource: 'core' }

function fresh() {
  const local = manualClock()
  const clock = new GitHubClock(local)
  return { local, clock, budgets: new Budgets(1, clock), startedAt: local.now() }
}

/** An answer with the headers of a rate limit; undefined leaves one out. */
function answer(headers: Readonly<Record<string, string | number | undefined>>): Response {
  const sent = new Headers()
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) sent.set(name === 'date' ? name : `x-ratelimit-${name}`, String(value))
  return new Response(null, { headers: sent })
}

const seconds = (ms: number) => Math.ceil(ms / 1000)

describe('what is known of a rate limit', () => {
  it('is what GitHub said last, by installation and resource, the most used up first', () => {
    const { budgets, startedAt } = fresh()
    const reset = seconds(startedAt + HOUR_MS)
    const core = { limit: 5000, remaining: 4000, used: 1000, reset, resource: 'core' }
    budgets.note(ACME, answer(core))
    budgets.note(ACME, answer({ limit: 30, remaining: 3, used: 27, reset, resource: 'search' }))
    budgets.note({ ...ACME, installationId: 8 }, answer({ ...core, remaining: 1, used: 4999 }))
    const resetAt = startedAt + HOUR_MS
    const expected = [
      { app: 1, installationId: 8, resource: 'core', limit: 5000, remaining: 1, used: 4999, resetAt },
      { app: 1, installationId: 7, resource: 'search', limit: 30, remaining: 3, used: 27, resetAt },
      { app: 1, installationId: 7, resource: 'core', limit: 5000, remaining: 4000, used: 1000, resetAt },
    ]
    expect(budgets.list()).toEqual(expected)
    expect(budgets.list().every(Object.isFrozen)).toBe(true)
  })

  it('is forgotten when the limit is reset', async () => {
    const { budgets, local, startedAt } = fresh()
    budgets.note(ACME, answer({ limit: 5, remaining: 0, reset: seconds(startedAt + 60_000) }))
    await local.advance(59_999)
    expect(budgets.list()).toHaveLength(1)
    await local.advance(1)
    expect(budgets.list()).toEqual([])
    expect(budgets.enter(ACME)).toBe(0)
  })

  it('does without `used` and `resource`, which old Enterprise Servers do not send', () => {
    const { budgets, startedAt } = fresh()
    const counted = { installationId: 7, resource: 'search' }
    budgets.note(counted, answer({ limit: 30, remaining: 12, reset: seconds(startedAt + 60_000) }))
    expect(budgets.list()).toMatchObject([{ resource: 'search', used: 18 }])
  })

  it.each<[string, Readonly<Record<string, string | number | undefined>>]>([
    ['no limit', { limit: undefined }],
    ['a limit of nothing', { limit: 0 }],
    ['a limit that is no number', { limit: 'NaN' }],
    ['a negative remainder', { remaining: '-1' }],
    ['more left than there was', { remaining: 6 }],
    ['a remainder that is no whole number', { remaining: '1.5' }],
    ['a remainder in another notation', { remaining: '0x1' }],
    ['no remainder', { remaining: undefined }],
    ['an endless limit', { limit: '1e99' }],
    ['an empty reset', { reset: '' }],
    ['a reset that is no number', { reset: 'soon' }],
    ['a reset beyond all dates', { reset: '99999999999999' }],
    ['no reset', { reset: undefined }],
  ])('is not changed by %s', (_, wrong) => {
    const { budgets, startedAt } = fresh()
    const right = { limit: 5, remaining: 5, used: 0, reset: seconds(startedAt + 60_000), resource: 'core' }
    expect(budgets.note(ACME, answer({ ...right, remaining: 0, ...wrong }))).toBeUndefined()
    expect(budgets.list()).toEqual([])
    expect(budgets.enter(ACME)).toBe(0)
  })

  it('keeps no request back for a window that is over', () => {
    const { budgets, startedAt } = fresh()
    budgets.note(ACME, answer({ limit: 5, remaining: 0, reset: seconds(startedAt - 60_000) }))
    expect(budgets.list()).toEqual([])
    expect(budgets.enter(ACME)).toBe(0)
  })

  it('keeps no request back for more than an hour, whatever a header says', () => {
    const { budgets, startedAt } = fresh()
    const tenYearsLater = seconds(startedAt + 87_600 * HOUR_MS)
    budgets.note(ACME, answer({ limit: 5, remaining: 0, reset: tenYearsLater }))
    expect(budgets.enter(ACME)).toBe(startedAt + HOUR_MS)
  })

  it.each([
    ['20 minutes behind', 1_200_000],
    ['20 minutes ahead', -1_200_000],
  ])('is right on a machine whose clock is %s, which the Date of the answer shows', (_, offsetMs) => {
    const { budgets, startedAt } = fresh()
    const date = new Date(startedAt + offsetMs).toUTCString()
    const reset = seconds(startedAt + offsetMs + 600_000)
    budgets.note(ACME, answer({ limit: 5, remaining: 0, reset, date }))
    expect(budgets.enter(ACME)).toBe(startedAt + 600_000)
  })

  it('knows a window again when the clock of GitHub is learnt in the middle of it', () => {
    const { budgets, clock, startedAt } = fresh()
    const reset = seconds(startedAt + 600_000)
    budgets.note(ACME, answer({ limit: 5, remaining: 2, reset }))
    clock.learn(-300_000)
    budgets.note(ACME, answer({ limit: 5, remaining: 4, reset }))
    expect(budgets.list()).toMatchObject([{ remaining: 2, resetAt: startedAt + 600_000 }])
  })

  it('takes no name of a resource that does not look like one', () => {
    const { budgets, startedAt } = fresh()
    const reset = seconds(startedAt + 60_000)
    for (const resource of ['a b', 'ä', '', 'x'.repeat(41), '../core'])
      budgets.note(ACME, answer({ limit: 5, remaining: 4, reset, resource }))
    expect(budgets.list()).toMatchObject([{ resource: 'core' }])
  })

  it('is bounded, and what is newest stays', () => {
    const { budgets, startedAt } = fresh()
    const reset = seconds(startedAt + 60_000)
    for (let installationId = 1; installationId <= 12_000; installationId++)
      budgets.note({ ...ACME, installationId }, answer({ limit: 5, remaining: 0, reset }))
    const known = budgets.list().map(({ installationId }) => installationId)
    expect(known.length).toBeLessThanOrEqual(10_000)
    expect(known).toContain(12_000)
    expect(known).not.toContain(1)
  })

  it('never has more requests left than before within a window, in whatever order answers arrive', () => {
    const said = fc.record({
      window: fc.nat({ max: 3 }),
      used: fc.nat({ max: 50 }),
      jitterSeconds: fc.integer({ min: -1, max: 1 }),
    })
    fc.assert(
      fc.property(fc.array(said, { minLength: 2, maxLength: 60 }), (answers) => {
        const { budgets, startedAt } = fresh()
        const seen: { readonly resetAt: number; readonly remaining: number; readonly used: number }[] = []
        for (const { window, used, jitterSeconds } of answers) {
          const reset = seconds(startedAt) + 60 * (window + 1) + jitterSeconds
          budgets.note(ACME, answer({ limit: 50, remaining: 50 - used, used, reset }))
          seen.push(...budgets.list())
        }
        for (const [index, now] of seen.entries()) {
          const before = seen[index - 1]
          if (before === undefined) continue
          expect(now.resetAt).toBeGreaterThanOrEqual(before.resetAt)
          if (now.resetAt !== before.resetAt) continue
          expect(now.remaining).toBeLessThanOrEqual(before.remaining)
          expect(now.used).toBeGreaterThanOrEqual(before.used)
        }
        const last = Math.max(...answers.map(({ window }) => window))
        const leastLeft = Math.min(
          ...answers.filter(({ window }) => window === last).map(({ used }) => 50 - used),
        )
        expect(seen.at(-1)?.remaining).toBe(leastLeft)
      }),
    )
  })
})

describe('requests under way', () => {
  const few = (startedAt: number) =>
    answer({ limit: 5, remaining: 2, reset: seconds(startedAt + 60_000), resource: 'core' })

  it('count as used, until their answers are there', () => {
    const { budgets, startedAt } = fresh()
    budgets.note(ACME, few(startedAt))
    expect([budgets.enter(ACME), budgets.enter(ACME)]).toEqual([0, 0])
    expect(budgets.enter(ACME)).toBe(startedAt + 1_000)
    budgets.leave(ACME)
    expect(budgets.enter(ACME)).toBe(0)
  })

  it('are no more than the limit after a reset of which no answer has told yet', async () => {
    const { budgets, local, startedAt } = fresh()
    budgets.note(ACME, few(startedAt))
    await local.advance(60_000)
    const entered = Array.from({ length: 8 }, () => budgets.enter(ACME))
    expect(entered.filter((retryAt) => retryAt === 0)).toHaveLength(5)
  })

  it('cannot be fewer than none', () => {
    const { budgets, startedAt } = fresh()
    budgets.note(ACME, few(startedAt))
    for (let time = 0; time < 10; time++) budgets.leave(ACME)
    const entered = Array.from({ length: 8 }, () => budgets.enter(ACME))
    expect(entered.filter((retryAt) => retryAt === 0)).toHaveLength(2)
  })
})

describe('a refusal', () => {
  it('of an exhausted resource keeps back that resource of that installation alone', () => {
    const { budgets, startedAt } = fresh()
    budgets.block(ACME, answer({ remaining: 0, resource: 'search' }), startedAt + 5_000)
    expect(budgets.enter({ ...ACME, resource: 'search' })).toBe(startedAt + 5_000)
    expect(budgets.enter(ACME)).toBe(0)
    expect(budgets.enter({ installationId: 8, resource: 'search' })).toBe(0)
    expect(budgets.enter({ installationId: undefined, resource: 'search' })).toBe(0)
  })

  it('for anything else keeps back all of the installation, and a shorter one does not shorten that', () => {
    const { budgets, startedAt } = fresh()
    budgets.block(ACME, answer({ remaining: 4000 }), startedAt + 5_000)
    budgets.block(ACME, answer({}), startedAt + 1_000)
    expect(budgets.enter({ ...ACME, resource: 'search' })).toBe(startedAt + 5_000)
    expect(budgets.enter(ACME)).toBe(startedAt + 5_000)
    expect(budgets.enter({ ...ACME, installationId: 8 })).toBe(0)
    expect(budgets.list()).toEqual([])
  })
})

describe('a limit that keeps requests back', () => {
  it('keeps none back for ever when requests end without a word, as in Workers', async () => {
    const { budgets, local, startedAt } = fresh()
    budgets.note(ACME, answer({ limit: 3, remaining: 3, reset: seconds(startedAt + HOUR_MS) }))
    for (let sent = 0; sent < 3; sent++) expect(budgets.enter(ACME)).toBe(0)
    expect(budgets.enter(ACME)).toBeGreaterThan(0)
    await local.advance(HOUR_MS)
    expect(budgets.enter(ACME)).toBe(0)
  })

  it('keeps none back for longer than limits last when the clock is set back', async () => {
    const { budgets, local, startedAt } = fresh()
    budgets.note(ACME, answer({ limit: 3, remaining: 0, reset: seconds(startedAt + HOUR_MS) }))
    await local.setTo(startedAt - 24 * HOUR_MS)
    expect(budgets.enter(ACME)).toBe(0)
  })
})

describe('the resource that a request probably counts as', () => {
  const SERVER = 'https://octo.example/api/v3'
  it.each([
    ['https://api.github.com', '/repos/acme/api/issues?q=/search/code', 'core'],
    ['https://api.github.com', '/repos/search/graphql', 'core'],
    ['https://api.github.com', '/searching', 'core'],
    ['https://api.github.com', '/search/issues?q=x', 'search'],
    ['https://api.github.com', '/search/code?q=x', 'code_search'],
    ['https://api.github.com', '/search/codes', 'search'],
    ['https://api.github.com', '/graphql', 'graphql'],
    ['https://api.github.com', '/rate_limit', 'rate_limit'],
    ['https://api.github.com', 'https://uploads.github.com/repos/acme/api/releases/1/assets', 'core'],
    [SERVER, '/search/users', 'search'],
    [SERVER, 'https://octo.example/api/graphql', 'graphql'],
    ['http://127.0.0.1:1/prefix', '/graphql', 'graphql'],
  ])('below %s, of %s, is %s', (baseUrl, target, resource) => {
    const host = githubHost(baseUrl)
    expect(rateResource(target.startsWith('/') ? host.apiUrl + target : target, host)).toBe(resource)
  })
})
