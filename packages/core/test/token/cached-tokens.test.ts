import { describe, expect, it } from 'vitest'
import { type CachedTokensOptions, cachedTokens, singleFlightTokens, type Token } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { rejection } from '../rejection.ts'
import { timeline } from '../timeline.ts'
import { countingProvider } from './counting-provider.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

function cached(options: Partial<CachedTokensOptions<Token>> = {}) {
  const time = timeline()
  const provider = countingProvider(time.clock)
  const tokens = cachedTokens(singleFlightTokens(provider, { clock: time.clock }), {
    clock: time.clock,
    ...options,
  })
  const value = async (asked?: Parameters<typeof tokens.getToken>[0]) => (await tokens.getToken(asked)).value
  return { time, provider, tokens, value }
}

describe('cachedTokens', () => {
  it('reuses a token until five minutes before it expires, without asking for another', async () => {
    const { time, provider, value } = cached()
    await value()
    await time.pass(HOUR_MS - 5 * MINUTE_MS - 1)
    expect(await value()).toBe('t1')
    expect(provider.calls).toHaveLength(1)
  })

  it('serves a token and renews it in the background in its last five minutes', async () => {
    const { time, provider, value } = cached()
    await value()
    await time.pass(HOUR_MS - 5 * MINUTE_MS + 1)
    expect(await value()).toBe('t1')
    expect(provider.calls).toHaveLength(2)
    await time.idle()
    expect(await value()).toBe('t2')
    expect(provider.calls).toHaveLength(2)
  })

  it('serves a token with exactly a minute left, and waits for a new one from then on', async () => {
    const { time, provider, value } = cached({ refreshBeforeMs: 0 })
    await value()
    await time.pass(HOUR_MS - MINUTE_MS)
    expect(await value()).toBe('t1')
    await time.pass(1)
    expect(await value()).toBe('t2')
    expect(provider.calls).toHaveLength(2)
  })

  it('waits when less is left than the caller asked for, to the millisecond', async () => {
    const { time, value } = cached()
    await value()
    await time.pass(20 * MINUTE_MS)
    expect(await value({ minRemainingMs: 40 * MINUTE_MS })).toBe('t1')
    expect(await value({ minRemainingMs: 40 * MINUTE_MS + 1 })).toBe('t2')
  })

  it('returns a token that was just minted, however short it lives', async () => {
    const { provider, value } = cached()
    provider.lifetimeMs = 1_000
    expect(await value({ minRemainingMs: 30 * MINUTE_MS })).toBe('t1')
    expect(await value()).toBe('t2')
  })

  it.each([-1, 55 * MINUTE_MS + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses to promise %d milliseconds',
    async (minRemainingMs) => {
      expect(await rejection(cached().value({ minRemainingMs }))).toBeInstanceOf(TypeError)
    },
  )

  it('renews as early as it is told to', async () => {
    const { time, provider, value } = cached({ refreshBeforeMs: 15 * MINUTE_MS })
    await value()
    await time.pass(HOUR_MS - 15 * MINUTE_MS + 1)
    await value()
    expect(provider.calls).toHaveLength(2)
  })

  it('starts one background renewal for a thousand callers', async () => {
    const { time, provider, value } = cached()
    await value()
    await time.pass(HOUR_MS - 2 * MINUTE_MS)
    const values = await Promise.all(Array.from({ length: 1_000 }, () => value()))
    expect(new Set(values)).toEqual(new Set(['t1']))
    expect(provider.calls).toHaveLength(2)
  })

  it('goes on serving when a background renewal fails, says so, and pauses 15 s before the next', async () => {
    const failures: unknown[] = []
    const { time, provider, value } = cached({ onRenewalFailed: (error) => failures.push(error) })
    await value()
    await time.pass(HOUR_MS - 4 * MINUTE_MS)
    provider.before = () => Promise.reject(new Error('GitHub is down'))
    for (let second = 0; second < 15; second++) {
      expect(await value()).toBe('t1')
      await time.pass(1_000)
    }
    expect(failures).toEqual([new Error('GitHub is down')])
    expect(await value()).toBe('t1')
    expect(provider.calls).toHaveLength(3)
  })

  it('does not let a background renewal that fails end the process, even when nobody listens', async () => {
    const { time, provider, value } = cached({
      onRenewalFailed: () => {
        throw new Error('the log is full')
      },
    })
    await value()
    await time.pass(HOUR_MS - 4 * MINUTE_MS)
    provider.before = () => Promise.reject(new Error('GitHub is down'))
    expect(await value()).toBe('t1')
    await time.idle()
    expect(await value()).toBe('t1')
  })

  it('never returns a rejected token, and renews once for ten who reject it', async () => {
    const { provider, tokens, value } = cached()
    const rejected = await tokens.getToken()
    const values = await Promise.all(Array.from({ length: 10 }, () => value({ rejected })))
    expect(new Set(values)).toEqual(new Set(['t2']))
    expect(await value({ rejected })).toBe('t2')
    expect(await value()).toBe('t2')
    expect(provider.calls).toHaveLength(2)
  })

  it('does not return a rejected token to others when the renewal fails', async () => {
    const { provider, tokens, value } = cached()
    const rejected = await tokens.getToken()
    provider.before = () => Promise.reject(new Error('GitHub is down'))
    await rejection(tokens.getToken({ rejected }))
    provider.before = async () => undefined
    expect(await value()).toBe('t3')
  })

  it('keeps a newer token when an older one is rejected late', async () => {
    const { provider, tokens, value } = cached()
    const first = await tokens.getToken()
    await tokens.getToken({ rejected: first })
    expect(await value({ rejected: first })).toBe('t2')
    expect(provider.calls).toHaveLength(2)
  })

  it('passes a failure to those who waited, and forgets it', async () => {
    const { provider, value } = cached()
    provider.before = () => Promise.reject(new Error('GitHub is down'))
    expect(await rejection(value())).toEqual(new Error('GitHub is down'))
    provider.before = async () => undefined
    expect(await value()).toBe('t2')
  })

  it('rejects for a signal that aborted before, without asking the provider', async () => {
    const { provider, value } = cached()
    expect(await rejection(value({ signal: AbortSignal.abort('enough') }))).toBe('enough')
    expect(provider.calls).toHaveLength(0)
  })

  it('rejects for a signal that aborted before, even when it has a token', async () => {
    const { value } = cached()
    await value()
    expect(await rejection(value({ signal: AbortSignal.abort('enough') }))).toBe('enough')
  })

  it('mints anew after it was told to forget', async () => {
    const { tokens, value } = cached()
    const token = await tokens.getToken()
    expect(await tokens.held()).toBe(token)
    await tokens.forget()
    expect(await tokens.held()).toBe(undefined)
    expect(await value()).toBe('t2')
  })

  it('does not hand out a rejected token again when a slow waiter of the same renewal comes back', async () => {
    const { provider, tokens, value } = cached()
    const gate = deferred()
    provider.before = () => gate.promise
    const quick = tokens.getToken()
    const slow = tokens.getToken({ signal: new AbortController().signal })
    gate.resolve()
    const rejected = await quick
    const renewed = tokens.getToken({ rejected })
    await slow
    expect(await value()).not.toBe(rejected.value)
    expect((await renewed).value).toBe('t2')
  })
})
