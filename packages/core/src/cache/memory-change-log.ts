import { type Clock, systemClock } from '../clock.ts'
import type { ChangeLog, LoggedChange } from './change-log.ts'

const PAGE = 1_000
/** Wide enough for positions to sort as numbers do. */
const DIGITS = 16

/** A change log among those who share this object, in one process. */
export function memoryChangeLog({
  clock = systemClock,
}: {
  readonly clock?: Pick<Clock, 'now'>
} = {}): ChangeLog {
  let kept: readonly (LoggedChange & { readonly until: number })[] = []
  let appended = 0
  return {
    async append(entry, keepMs) {
      const now = clock.now()
      const position = String(++appended).padStart(DIGITS, '0')
      kept = [...kept.filter(({ until }) => until > now), { position, entry, until: now + keepMs }]
      return position
    },
    async read(after) {
      return kept.filter(({ position }) => position > after).slice(0, PAGE)
    },
  }
}
