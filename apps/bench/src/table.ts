import type { Comparison, Figure, Target, Unit } from './measure/comparison.ts'
import type { Row } from './rows/row.ts'

/** A row and what came of it. */
export interface MeasuredRow {
  readonly row: Row
  readonly comparisons: readonly Comparison[]
}

/** Everything that was measured in one row, a line for each candidate. */
export function detailTable({ row, comparisons }: MeasuredRow): string {
  const lines = comparisons.flatMap((comparison) => [
    [`  ${comparison.what}`],
    ...comparison.figures.map((figure) => detailLine(comparison, figure)),
  ])
  return [`${row.title} (limit: ${row.limit})`, ...aligned(lines)].join('\n')
}

function detailLine({ unit, target, isReached }: Comparison, figure: Figure): string[] {
  const { candidate, role, median, min, max, ratio } = figure
  const verdict =
    target?.of === candidate ? [targetText(target, unit), isReached ? 'reached' : 'MISSED'] : ['', '']
  const spread = min === max ? '' : `${amount(min, unit)} to ${amount(max, unit)}`
  return [`    ${role}`, candidate, times(ratio), ...verdict, amount(median, unit), spread]
}

/** The table of design.md section 6: a line for each target. */
export function summaryTable(rows: readonly MeasuredRow[]): string {
  const lines = rows.flatMap(({ row, comparisons }) =>
    comparisons.flatMap((comparison) =>
      comparison.target === undefined ? [] : [summaryLine(row, comparison, comparison.target)],
    ),
  )
  return aligned([['work', '', 'limit', 'best peer', 'hubauth', 'target', ''], ...lines]).join('\n')
}

function summaryLine({ title }: Row, comparison: Comparison, target: Target): string[] {
  const { what, unit, figures, isReached } = comparison
  const ours = figures.find(({ candidate }) => candidate === target.of)
  const limit = figures.find(({ role }) => role === 'limit')
  const peer = bestPeer(figures, target)
  const shown = (figure: Figure | undefined) => {
    if (figure === undefined) return '-'
    return target.by === 'ratio' ? times(figure.ratio) : amount(figure.median, unit)
  }
  return [
    title,
    what,
    limit === undefined ? '-' : amount(limit.median, unit),
    shown(peer),
    shown(ours),
    targetText(target, unit),
    isReached ? 'reached' : 'MISSED',
  ]
}

function bestPeer(figures: readonly Figure[], { by, atLeast }: Target): Figure | undefined {
  const value = (figure: Figure) => (by === 'ratio' ? (figure.ratio ?? Number.NaN) : figure.median)
  const peers = figures.filter(({ role }) => role === 'peer').sort((a, b) => value(a) - value(b))
  return atLeast === undefined ? peers[0] : peers.at(-1)
}

function targetText({ by, atMost, atLeast }: Target, unit: Unit): string {
  const bound = (value: number) => (by === 'ratio' ? times(value) : amount(value, unit))
  if (atMost !== undefined && atMost === atLeast) return bound(atMost)
  return atMost === undefined ? `≥ ${bound(atLeast ?? 0)}` : `≤ ${bound(atMost)}`
}

function times(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${ratio.toPrecision(ratio < 10 ? 3 : 2).replace(/e\+\d+$/, '')} ×`
}

function amount(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return '-'
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return `${value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`
}

/** Pads the cells to columns. A line of one cell is a heading and widens nothing. */
function aligned(lines: readonly string[][]): string[] {
  const widths: number[] = []
  for (const line of lines) {
    if (line.length > 1)
      line.forEach((cell, at) => {
        widths[at] = Math.max(widths[at] ?? 0, cell.length)
      })
  }
  return lines.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
