import { setImmediate } from 'node:timers/promises'
import { manualClock } from '@hubauth/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cachedTokens, singleFlightTokens, Token } from '../../src/index.ts'

const IDENTITIES = ['a', 'b'] as const

type Identity = (typeof IDENTITIES)[number]
type Step =
  | { readonly do: 'get' | 'reject' | 'abort'; readonly of: Identity; readonly minRemainingMs?: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'answer' | 'fail' }

const identity = fc.constantFrom(...IDENTITIES)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('get' as const), of: identity }),
  fc.record({
    do: fc.constant('get' as const),
    of: identity,
    minRemainingMs: fc.integer({ min: 0, max: 3_300_000 }),
  }),
  fc.record({ do: fc.constantFrom('reject' as const, 'abort' as const), of: identity }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 1_800_000 }) }),
  fc.record({ do: fc.constantFrom('answer' as const, 'answer' as const, 'fail' as const) }),
)

/** Plays the steps against real decorators over a provider that answers when the steps say so. */
async function play(steps: readonly Step[]): Promise<string[]> {
  const clock = manualClock()
  const broken: string[] = []
  const pending: { identity: Identity; settle: (token: Token | Error) => void }[] = []
  const rejected = new Map<string, Set<string>>()
  const last = new Map<Identity, Token>()
  const waiting: AbortController[] = []
  const outcomes: Promise<unknown>[] = []
  let minted = 0
  const providers = new Map(
    IDENTITIES.map((of) => [
      of,
      cachedTokens(
        singleFlightTokens(
          {
            getToken: () =>
              new Promise<Token>((resolve, reject) => {
                if (pending.some((one) => one.identity === of)) broken.push(`two mints of ${of} in flight`)
                pending.push({
                  identity: of,
                  settle: (token) => (token instanceof Token ? resolve(token) : reject(token)),
                })
              }),
          },
          { clock },
        ),
        { clock, onRenewalFailed: () => undefined },
      ),
    ]),
  )
  const get = (of: Identity, options: { rejected?: Token; minRemainingMs?: number }) => {
    const controller = new AbortController()
    waiting.push(controller)
    const refused = new Set(rejected.get(of))
    const askedAt = minted
    const check = (token: Token) => {
      last.set(of, token)
      if (!token.value.startsWith(of)) broken.push(`${of} got ${token.value}`)
      if (refused.has(token.value)) broken.push(`${token.value} was served after it was rejected`)
      const isNew = Number(token.value.slice(1)) > askedAt
      if (!isNew && token.expiresAt - clock.now() < 60_000)
        broken.push(`${token.value} was served when nearly expired`)
    }
    const work = providers.get(of)?.getToken({ ...options, signal: controller.signal })
    outcomes.push((work ?? Promise.reject()).then(check, () => undefined))
  }
  const settle = (fails: boolean) => {
    const one = pending.shift()
    if (one === undefined) return
    one.settle(fails ? new Error('down') : new Token(`${one.identity}${++minted}`, clock.now() + 3_600_000))
  }
  for (const one of steps) {
    if (one.do === 'get')
      get(one.of, one.minRemainingMs === undefined ? {} : { minRemainingMs: one.minRemainingMs })
    else if (one.do === 'abort') waiting.pop()?.abort('enough')
    else if (one.do === 'advance') await clock.advance(one.ms)
    else if (one.do === 'reject') {
      const token = last.get(one.of)
      if (token === undefined) continue
      rejected.set(one.of, new Set([...(rejected.get(one.of) ?? []), token.value]))
      get(one.of, { rejected: token })
    } else settle(one.do === 'fail')
    await setImmediate()
  }
  for (; pending.length > 0; await setImmediate()) settle(false)
  await Promise.all(outcomes)
  return broken
}

describe('cachedTokens over singleFlightTokens', () => {
  it('never serve a rejected or an expired token, and never mint twice at once, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        expect(await play(steps)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})
