import { manualClock } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { HubauthError } from '../../src/index.ts'
import { Turns } from '../../src/token/turns.ts'
import { deferred } from '../deferred.ts'
import { errorWithCode } from '../rejection.ts'

const TIMEOUT_MS = 10_000

function turns() {
  const clock = manualClock()
  return { clock, turns: new Turns({ clock, timeoutMs: TIMEOUT_MS }) }
}

describe('turns', () => {
  it('let fifty work at once, and the others in the order they came', async () => {
    const { turns: all } = turns()
    const started: number[] = []
    const work = Array.from({ length: 120 }, () => deferred<void>())
    const ends = work.map(({ promise }, at) =>
      all.take('Work', () => {
        started.push(at)
        return promise
      }),
    )
    expect(started).toHaveLength(50)
    for (const { resolve } of work) resolve()
    await Promise.all(ends)
    expect(started).toEqual(Array.from({ length: 120 }, (_, at) => at))
  })

  it('go on after work that fails, and fail nobody else for it', async () => {
    const { turns: all } = turns()
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, at) =>
        all.take('Work', async () => {
          if (at % 2 === 0) throw new HubauthError('GITHUB_UNAVAILABLE', 'Down.')
          return at
        }),
      ),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(100)
  })

  it('make nobody late who waits behind others that get on', async () => {
    const { clock, turns: all } = turns()
    const ends = Array.from({ length: 500 }, () => all.take('Work', () => clock.sleep(9_000)))
    await clock.advance(90_000)
    await Promise.all(ends)
  })

  it('end with a time limit for those who wait while nothing comes to an end', async () => {
    const { clock, turns: all } = turns()
    const stuck = Array.from({ length: 50 }, () => all.take('Work', () => new Promise(() => undefined)))
    expect(stuck).toHaveLength(50)
    const late = all.take('Minting', async () => 1)
    const error = errorWithCode('TIMEOUT', late)
    await clock.advance(TIMEOUT_MS)
    expect((await error).message).toContain('Minting did not get its turn')
  })

  it('do not take work that runs into its own time limit for getting on', async () => {
    const { clock, turns: all } = turns()
    const hung = () =>
      clock.sleep(TIMEOUT_MS - 1).then(() => {
        throw new HubauthError('TIMEOUT', 'Hung.')
      })
    const ends = Array.from({ length: 150 }, () => all.take('Work', hung).catch((error: unknown) => error))
    await clock.advance(TIMEOUT_MS * 2)
    for (const end of await Promise.all(ends)) expect(end).toMatchObject({ code: 'TIMEOUT' })
  })

  it('are handed on when who waited gave up', async () => {
    const { clock, turns: all } = turns()
    const work = Array.from({ length: 50 }, () => deferred<void>())
    const ends = work.map(({ promise }) => all.take('Work', () => promise))
    const late = errorWithCode(
      'TIMEOUT',
      all.take('Late', async () => 1),
    )
    await clock.advance(TIMEOUT_MS)
    await late
    for (const { resolve } of work) resolve()
    await Promise.all(ends)
    expect(await all.take('Later', async () => 2)).toBe(2)
  })
})
