import type { ReadmeBlock } from './readme-blocks.ts'

/** What the lines of a `diff` need that the example above it does not have. */
export interface DiffContext {
  /** Imports and definitions. */
  readonly prelude?: string
  /** The beginning of the line of the example that they go before, when it has none of them. */
  readonly before?: string
}

/** A program that a page shows the difference of, in two versions. */
export interface DiffPrograms {
  readonly crossedOut: string
  readonly putIn: string
}

/**
 * Applies a `diff` block to the `ts` block above it, both ways: with the lines that are crossed out, and with those that
 * are put in. They go where the example has the first of them.
 *
 * @throws {Error} When the example has none of them, nor the line that they go before.
 */
export function applyDiff(
  program: ReadmeBlock,
  diff: ReadmeBlock,
  { prelude = '', before }: DiffContext = {},
): DiffPrograms {
  const changes = diff.code.split('\n').filter((line) => line.trim() !== '')
  const known = new Set(before === undefined ? changes.map((line) => statement(line.slice(1))) : [])
  const isKnown = (line: string) => known.has(statement(line))
  const lines = program.code.split('\n')
  const place = lines.findIndex((line) => (before === undefined ? isKnown(line) : line.startsWith(before)))
  if (place < 0) throw new Error(`${diff.page}:${diff.line}: the example above has no line of this`)
  const version = (sign: '-' | '+') => [
    prelude,
    ...lines.slice(0, place),
    ...changes.filter((line) => line.startsWith(sign) || line.startsWith(' ')).map((line) => line.slice(1)),
    ...lines.slice(place).filter((line) => !isKnown(line)),
  ]
  return { crossedOut: version('-').join('\n'), putIn: version('+').join('\n') }
}

/** A line without its comment. */
function statement(line: string): string {
  return line.replace(/\/\/ .*$/, '').trim()
}
