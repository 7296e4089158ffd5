import type { SoakProgress } from './soak.ts'
import type { Tally } from './tally.ts'
import type { SentDeliveries } from './traffic.ts'

/** What a run came to. */
export interface SoakReport {
  /** Until all were answered. */
  readonly sendMs: number
  /** Until the queue was empty as well. */
  readonly allMs: number
  readonly sent: SentDeliveries
  /** Why deliveries were sent again: a status, or why there was none. */
  readonly refusals: Readonly<Record<string, number>>
  readonly tally: Tally
  /** What was still in the queue in the end. */
  readonly left: number
  readonly dead: number
  readonly kills: SoakProgress['kills']
  /** How often a process ended that nobody had killed. */
  readonly crashes: number
  /** What `onError` of the processes was told, and how often. */
  readonly problems: Readonly<Record<string, number>>
  readonly peakBytes: { readonly redis: number; readonly web: number; readonly worker: number }
  /** What Redis used in the end: what it remembers of deliveries that are done. */
  readonly redisBytes: number
}

/** The rules that a run broke. */
export function brokenRules({ sent, tally, left, dead, crashes }: SoakReport): readonly string[] {
  const rules: readonly (readonly [count: number, rule: string])[] = [
    [
      tally.lost.length,
      `deliveries were answered 2xx and never handled: ${tally.lost.slice(0, 10).join(', ')}`,
    ],
    [tally.forged, 'forged deliveries were handled'],
    [sent.forgedTaken, 'forged deliveries were answered 2xx'],
    [tally.damaged, 'handlers got what nobody had sent'],
    [sent.queuedTwice, 'deliveries were queued twice'],
    [left, 'deliveries were still in the queue'],
    [dead, 'deliveries became dead letters'],
    [crashes, 'processes ended that nobody had killed'],
  ]
  return rules.flatMap(([count, rule]) => (count > 0 ? [`${count} ${rule}`] : []))
}

/** One line for people who wait. */
export function progressLine({ seconds, sent, left, kills, redisBytes }: SoakProgress): string {
  const rate = Math.round(sent.deliveries / Math.max(1, seconds))
  const killed = `killed: web ${kills.web}, worker ${kills.worker}, redis ${kills.redis}`
  return `${seconds} s: ${sent.deliveries} deliveries, ${rate}/s, ${left} in the queue; ${killed}; redis ${megabytes(redisBytes)}`
}

/** The report for people. */
export function reportText(report: SoakReport): string {
  const { sent, tally, kills, peakBytes } = report
  const seconds = report.sendMs / 1_000
  const rate = sent.deliveries / seconds
  const again = tally.executions.slice(2).reduce((sum, count) => sum + count, 0)
  const lines: readonly (readonly [what: string, is: string])[] = [
    [
      'deliveries answered 2xx',
      `${sent.deliveries}, ${megabytes(sent.bytes)}, in ${Math.round(seconds)} s: ${Math.round(rate)}/s`,
    ],
    ['a million at this rate', `${Math.round(1_000_000 / rate / 60)} minutes`],
    ['requests', `${sent.requests}; sent again: ${pairs(report.refusals)}`],
    ['2xx answers', pairs(sent.answers)],
    ['sent twice on purpose', `${sent.duplicates}; queued twice: ${sent.queuedTwice}`],
    ['queued, but answered only as a duplicate later', `${sent.neverQueued}`],
    ['forged', `${sent.forged}; answered 2xx: ${sent.forgedTaken}; handled: ${tally.forged}`],
    ['killed', `web ${kills.web}, worker ${kills.worker}, redis ${kills.redis}; crashed: ${report.crashes}`],
    ['executions of a delivery', tally.executions.map((count, times) => `${times}: ${count}`).join(', ')],
    ['more than once', `${again}: ${tally.againAfterKill} after a kill, ${tally.againWithoutKill} without`],
    ['lost', `${tally.lost.length}; dead letters: ${report.dead}; left in the queue: ${report.left}`],
    ['told to onError', pairs(report.problems)],
    [
      'peak memory',
      `redis ${megabytes(peakBytes.redis)}, web ${megabytes(peakBytes.web)}, worker ${megabytes(peakBytes.worker)}`,
    ],
    ['redis in the end', `${megabytes(report.redisBytes)}`],
  ]
  const broken = brokenRules(report)
  const verdict = broken.length === 0 ? ['every rule held'] : broken.map((rule) => `BROKEN: ${rule}`)
  return [...lines.map(([what, is]) => `${what}: ${is}`), ...verdict].join('\n')
}

function pairs(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts).map(([what, count]) => `${what} ${count}`)
  return all.length === 0 ? 'none' : all.join(', ')
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`
}
