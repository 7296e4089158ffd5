import { manualClock } from '@hubauth/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StoreGuard } from '../../src/cache/store-guard.ts'
import { GitHubClock } from '../../src/github/github-clock.ts'
import { type ChangeLog, type HubauthEvent, memoryChangeLog } from '../../src/index.ts'
import { InstallationChanges } from '../../src/token/installation-changes.ts'

const API = 'https://api.github.com'

/** Processes that share a log, on one clock. */
function fleet(shared: ChangeLog | 'none' = memoryChangeLog()) {
  const log = shared === 'none' ? undefined : shared
  const clock = manualClock()
  const reports: unknown[] = []
  const start = ({ apiUrl = API, events = [] as HubauthEvent[] } = {}) => {
    const observe = (event: HubauthEvent) => void events.push(event)
    const report = (error: unknown) => void reports.push(error)
    const guard = new StoreGuard({ clock, store: 'cache', failed: 'The cache failed.', report, observe })
    return new InstallationChanges({ apiUrl, clock: new GitHubClock(clock), log, guard, observe })
  }
  return { clock, reports, start }
}

describe('a change of an installation', () => {
  it('makes old what this process knew before, and not what it learns after', async () => {
    const one = fleet('none').start()
    const { version } = one
    await one.announce(['7'])
    expect(one.isUnchanged('7', version)).toBe(false)
    expect(one.isUnchanged('7', one.version)).toBe(true)
    expect(one.isUnchanged('8', version)).toBe(true)
  })

  it('reaches every process when it looks next, and counts for what that knew before', async () => {
    const { start } = fleet()
    const [one, other] = [start(), start()]
    await other.look()
    const { version } = other
    await one.announce(['7'])
    expect(other.isUnchanged('7', version)).toBe(true)
    await other.look()
    expect(other.isUnchanged('7', version)).toBe(false)
  })

  it('reaches a process that starts later, for values that were shared before', async () => {
    const { start } = fleet()
    const one = start()
    await one.look()
    const before = one.stamp('7')
    await one.announce(['7'])
    const late = start()
    await late.look()
    expect(late.isStampCurrent('7', before, 0)).toBe(false)
    expect(late.isStampCurrent('7', late.stamp('7'), 0)).toBe(true)
    expect(late.isStampCurrent('7', one.stamp('7'), 0)).toBe(true)
    expect(late.isStampCurrent('8', before, 0)).toBe(true)
  })

  it('is told once to the process that announced it', async () => {
    const { start } = fleet()
    const events: HubauthEvent[] = []
    const one = start({ events })
    await one.announce(['7'])
    const { version } = one
    await one.look()
    expect(one.version).toBe(version)
    expect(events).toEqual([{ type: 'change', origin: 'here' }])
  })

  it('on one GitHub says nothing of another', async () => {
    const { start } = fleet()
    const [one, other] = [start(), start({ apiUrl: 'https://octo.example/api/v3' })]
    const { version } = other
    await one.announce(['7'])
    await other.look()
    expect(other.isUnchanged('7', version)).toBe(true)
  })

  it('is told with one entry, however many are told at once', async () => {
    const log = memoryChangeLog()
    const { start } = fleet(log)
    const one = start()
    await Promise.all(Array.from({ length: 100 }, (_, at) => one.announce([`${at}`])))
    expect(await log.read('')).toHaveLength(100)
  })

  it('decides by time about shared values where there is no log', async () => {
    const { clock, start } = fleet('none')
    const one = start()
    const before = clock.now()
    await one.announce(['7'])
    expect(one.isStampCurrent('7', '', before)).toBe(false)
    await clock.advance(1_000)
    expect(one.isStampCurrent('7', '', clock.now())).toBe(true)
    expect(one.isStampCurrent('8', '', before)).toBe(true)
  })

  it('is found among thousands', async () => {
    const log = memoryChangeLog()
    const { start } = fleet(log)
    for (let at = 0; at < 2_500; at++) await log.append(`${at}`, 60_000)
    const [one, other] = [start(), start()]
    await one.announce(['7'])
    await other.look()
    expect(other.isUnchanged('7', 0)).toBe(false)
  })

  it('is safe to forget: when there are too many, what is older than the forgotten ones counts as changed', async () => {
    const one = fleet('none').start()
    await one.announce(['first'])
    const { version } = one
    await one.announce(Array.from({ length: 50_000 }, (_, at) => `${at}`))
    expect(one.isUnchanged('first', 0)).toBe(false)
    expect(one.isUnchanged('never heard of', 0)).toBe(false)
    expect(one.isUnchanged('never heard of', version)).toBe(false)
    // Most are remembered, so what came after the oldest of them still counts.
    expect(one.isUnchanged('never heard of', version + 25_000)).toBe(true)
    expect(one.isUnchanged('49999', version + 25_000)).toBe(false)
  })
})

describe('what a process knows of changes', () => {
  it('is fresh for a quarter of a second, and looked up in the background before that', async () => {
    let reads = 0
    const log = memoryChangeLog()
    const counting: ChangeLog = {
      append: (entry, keepMs) => log.append(entry, keepMs),
      read(after) {
        reads++
        return log.read(after)
      },
    }
    const { clock, start } = fleet(counting)
    const one = start()
    expect(one.isFresh(clock.now())).toBe(false)
    await one.look()
    expect(reads).toBe(1)
    await clock.advance(124)
    expect(one.isFresh(clock.now())).toBe(true)
    expect(reads).toBe(1)
    await clock.advance(1)
    expect(one.isFresh(clock.now())).toBe(true)
    expect(reads).toBe(2)
    await one.look()
    await clock.advance(250)
    expect(one.isFresh(clock.now())).toBe(false)
  })

  it('is looked up again when the clock was set back', async () => {
    const { clock, start } = fleet()
    const one = start()
    await one.look()
    await clock.setTo(clock.now() - 3_600_000)
    expect(one.isFresh(clock.now())).toBe(false)
  })

  it('is always fresh for a process that shares with nobody', () => {
    const { clock, start } = fleet('none')
    expect(start().isFresh(0)).toBe(true)
    expect(start().isFresh(clock.now())).toBe(true)
  })

  it('is taken for fresh while the log is down, and caught up with when it is back', async () => {
    const kept = memoryChangeLog()
    let isDown = false
    const log: ChangeLog = {
      append: async (entry, keepMs) =>
        isDown ? Promise.reject(new Error('down')) : kept.append(entry, keepMs),
      read: async (after) => (isDown ? Promise.reject(new Error('down')) : kept.read(after)),
    }
    const { clock, start, reports } = fleet(log)
    const [one, other] = [start(), start()]
    await Promise.all([one.look(), other.look()])
    const { version } = other
    isDown = true
    await one.announce(['7'])
    expect(one.isUnchanged('7', version)).toBe(false)
    expect(one.isStampCurrent('7', one.stamp('7'), 0)).toBe(false)
    await other.look()
    expect(other.isFresh(clock.now())).toBe(true)
    isDown = false
    await clock.advance(5_000)
    await one.look()
    await other.look()
    await other.look()
    expect(other.isUnchanged('7', version)).toBe(false)
    expect(reports).toHaveLength(2)
  })

  it('reaches the others when the log is back, also when nobody asks the one that knows', async () => {
    const kept = memoryChangeLog()
    let isDown = true
    const log: ChangeLog = {
      append: async (entry, keepMs) =>
        isDown ? Promise.reject(new Error('down')) : kept.append(entry, keepMs),
      read: (after) => kept.read(after),
    }
    const { clock, start } = fleet(log)
    const [one, other] = [start(), start()]
    await one.announce(['7'])
    isDown = false
    await clock.advance(10_000)
    await other.look()
    expect(other.isUnchanged('7', 0)).toBe(false)
  })

  it.each([
    ['a log that never goes on', { read: async () => [{ position: '1', entry: '' }] }],
    ['a log that goes back', { read: async () => [{ position: '', entry: '{}' }] }],
    [
      'a log that never ends',
      { read: async (after: string) => [{ position: `${after}1`.slice(-900), entry: '' }] },
    ],
    ['a log that gives no list', { read: async () => JSON.parse('null') }],
  ])('is not held up by %s', async (_, broken) => {
    const one = fleet({ append: async () => '1', ...broken }).start()
    await one.look()
    expect(one.isUnchanged('7', 0)).toBe(true)
  })

  it.each([
    '',
    'null',
    '{',
    '[]',
    '{"v":2}',
    '{"v":1}',
    '{"v":1,"apiUrl":"x","subjects":[7]}',
    '"text"',
    '{"v":1,"subjects":"7"}',
  ])('is not changed by an entry that is none: %s', async (entry) => {
    const log = memoryChangeLog()
    const { start } = fleet(log)
    await log.append(entry, 60_000)
    const one = start()
    await one.look()
    expect(one.version).toBe(0)
  })
})

it('never lets a value from before a change pass, whatever is announced, looked at and shared in whatever order', async () => {
  const subject = fc.constantFrom('1', '2', '3')
  const step = fc.record({ process: fc.nat(2), act: fc.constantFrom('announce', 'look', 'mint'), subject })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { start } = fleet()
      const processes = [start(), start(), start()]
      const changed: Record<string, number> = {}
      const shared: { subject: string; stamp: string; at: number }[] = []
      let at = 0
      for (const { process, act, subject } of steps) {
        const one = processes[process]
        at++
        if (act === 'look') await one?.look()
        if (act === 'mint') shared.push({ subject, stamp: one?.stamp(subject) ?? '', at })
        if (act === 'announce') {
          await one?.announce([subject])
          changed[subject] = at
        }
      }
      for (const one of processes) {
        await one.look()
        for (const { subject, stamp, at } of shared)
          if (at < (changed[subject] ?? 0)) expect(one.isStampCurrent(subject, stamp, 0)).toBe(false)
      }
      // A fresh start after everything: what it stamps is taken by everybody.
      const last = start()
      await last.look()
      for (const one of processes)
        for (const subject of ['1', '2', '3'])
          expect(one.isStampCurrent(subject, last.stamp(subject), 0)).toBe(true)
    }),
  )
})
