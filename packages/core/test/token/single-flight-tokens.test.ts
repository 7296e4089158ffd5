import { describe, expect, it } from 'vitest'
import { Flights } from '../../src/cache/flights.ts'
import { singleFlightTokens, Token } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { rejection } from '../rejection.ts'
import { timeline } from '../timeline.ts'
import { countingProvider } from './counting-provider.ts'

function flights() {
  const { clock } = timeline()
  const provider = countingProvider(clock)
  return { clock, provider, tokens: singleFlightTokens(provider, { clock }) }
}

describe('singleFlightTokens', () => {
  it('asks once for all who ask at the same time', async () => {
    const { provider, tokens } = flights()
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => tokens.getToken()))
    expect(new Set(answers).size).toBe(1)
    expect(provider.calls).toHaveLength(1)
  })

  it('keeps nothing: who asks later causes another renewal', async () => {
    const { provider, tokens } = flights()
    await tokens.getToken()
    await tokens.getToken()
    expect(provider.calls).toHaveLength(2)
  })

  it('lets a waiter abort without disturbing the others', async () => {
    const { provider, tokens } = flights()
    const gate = deferred()
    provider.before = () => gate.promise
    const controller = new AbortController()
    const first = rejection(tokens.getToken({ signal: controller.signal }))
    const second = tokens.getToken()
    controller.abort('enough')
    expect(await first).toBe('enough')
    gate.resolve()
    expect((await second).value).toBe('t1')
    expect(provider.calls).toHaveLength(1)
  })

  it('does not pass the signal of one caller to the renewal that all share', async () => {
    const { provider, tokens } = flights()
    await tokens.getToken({ signal: new AbortController().signal, minRemainingMs: 1 })
    expect(provider.calls).toEqual([{ minRemainingMs: 1 }])
  })

  it('passes a failure to those who wait for it and to nobody after them', async () => {
    const { provider, tokens } = flights()
    provider.before = () => Promise.reject(new Error('down'))
    const failures = await Promise.all([rejection(tokens.getToken()), rejection(tokens.getToken())])
    expect(failures).toEqual([new Error('down'), new Error('down')])
    provider.before = async () => undefined
    expect((await tokens.getToken()).value).toBe('t2')
  })

  // auth-app: refresh:true joined a flight that was not refreshing, and got the old token (octokit.md §1b.4).
  it('never gives a rejected token to who rejected it, when the renewal began before the rejection', async () => {
    const { clock } = timeline()
    const rejected = new Token('refused', clock.now() + 3_600_000)
    const gate = deferred()
    const answers = [gate.promise.then(() => rejected), Promise.resolve(new Token('new', rejected.expiresAt))]
    const tokens = singleFlightTokens(
      { getToken: () => answers.shift() ?? Promise.reject(new Error('asked too often')) },
      { clock },
    )
    const earlier = tokens.getToken()
    const rejecters = Array.from({ length: 10 }, () => tokens.getToken({ rejected }))
    gate.resolve()
    expect((await earlier).value).toBe('refused')
    expect(new Set((await Promise.all(rejecters)).map(({ value }) => value))).toEqual(new Set(['new']))
  })

  it('does not let an abort in the moment between two renewals end the process', async () => {
    const { clock } = timeline()
    const rejected = new Token('refused', clock.now() + 3_600_000)
    const answers = [Promise.resolve(rejected)]
    const tokens = singleFlightTokens(
      { getToken: () => answers.shift() ?? Promise.reject(new Error('GitHub is down')) },
      { clock },
    )
    const controller = new AbortController()
    const earlier = tokens.getToken().then(() => controller.abort('enough'))
    expect(await rejection(tokens.getToken({ rejected, signal: controller.signal }))).toBe('enough')
    await earlier
  })

  it('keeps tokens of different identities apart, and shares between providers of the same', async () => {
    const { clock, provider } = flights()
    const shared = new Flights<Token>()
    const tokensOf = (key: string) => singleFlightTokens(provider, { clock, flights: shared, key })
    const answers = ['a', 'a', 'b'].map((key) => tokensOf(key).getToken())
    expect((await Promise.all(answers)).map(({ value }) => value)).toEqual(['t1', 't1', 't2'])
    expect(['a', 'b'].some((key) => shared.has(key))).toBe(false)
  })
})
