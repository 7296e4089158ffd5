import type { ChangeLog, Clock, LoggedChange } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { changeLogCases } from '../../src/conformance/change-log-suite.ts'
import { describeChangeLog } from '../../src/index.ts'
import { brokenRules } from './broken-rules.ts'

interface Kept extends LoggedChange {
  readonly by: object
  readonly until: number
}

/** A correct log, opened twice, unless one of its flaws is asked for. */
function arrayLog(clock: Clock, flaw?: string): readonly [ChangeLog, ChangeLog] {
  let kept: readonly Kept[] = []
  let appended = 0
  const dropped = ({ until }: Kept, now: number, keepMs: number) => {
    if (flaw === 'drops entries early') return until <= now + 1
    if (flaw === 'drops what others keep longer') return kept.length > 100 && keepMs === 1
    return until <= now
  }
  const open = (): ChangeLog => {
    const by = {}
    const shown = ({ by: writer, position }: Kept, after: string) => {
      if (flaw === 'shows entries to their writer only' && writer !== by) return false
      return flaw === 'shows the entry at the position too' ? position >= after : position > after
    }
    return {
      async append(entry, keepMs) {
        if (flaw === 'appends nothing twice' && kept.at(-1)?.entry === entry)
          return kept.at(-1)?.position ?? ''
        const number = String(++appended)
        const position = flaw === 'counts without leading zeros' ? number : number.padStart(9, '0')
        const now = clock.now()
        const rest = kept.filter((one) => !dropped(one, now, keepMs))
        const text = flaw === 'trims entries' ? entry.trim() : entry
        if (flaw !== 'loses what is empty' || entry !== '')
          kept = [...rest, { position, entry: text, until: now + keepMs, by }]
        return flaw === 'answers with another position' ? `${position}a` : position
      },
      async read(after) {
        const now = clock.now()
        const live = flaw === 'drops entries early' ? kept.filter((one) => !dropped(one, now, 0)) : kept
        const found = live.filter((one) => shown(one, after))
        if (flaw === 'forgets what was read') kept = []
        if (flaw === 'reads newest first') return found.reverse().slice(0, 1_000)
        return flaw === 'has no pages' ? found : found.slice(0, 1_000)
      },
    }
  }
  return [open(), open()]
}

describeChangeLog('an array', ({ clock }) => arrayLog(clock))
describeChangeLog('an array in real time', ({ clock }) => arrayLog(clock), { time: 'real' })

describe('describeChangeLog', () => {
  it.each([
    'drops entries early',
    'drops what others keep longer',
    'shows entries to their writer only',
    'shows the entry at the position too',
    'appends nothing twice',
    'counts without leading zeros',
    'trims entries',
    'loses what is empty',
    'answers with another position',
    'forgets what was read',
    'reads newest first',
    'has no pages',
  ])('fails a log that %s', async (flaw) => {
    const broken = await brokenRules(changeLogCases, { factory: ({ clock }) => arrayLog(clock, flaw) })
    expect(broken).not.toEqual([])
    expect(broken.length).toBeLessThan(changeLogCases.length)
  })
})
