import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { ChangeLog, LoggedChange } from '@hubauth/core'
import { type ConformanceCase, type ConformanceOptions, describeCases } from './conformance-case.ts'
import { type StoreContext, type StoreTime, type StoreTimeOptions, storeTime } from './store-time.ts'

/**
 * Opens the same log twice for one test, as two processes do. It may have entries of tests before, but no other test may
 * append to it at the same time.
 */
export type ChangeLogFactory = (context: StoreContext) => OpenedTwice | Promise<OpenedTwice>

type OpenedTwice = readonly [ChangeLog, ChangeLog]

/** Options of {@link describeChangeLog}. */
export interface DescribeChangeLogOptions extends ConformanceOptions, StoreTimeOptions {}

/** What every change log must do, registered with vitest. @throws {TypeError} For a skip that names no test of the suite. */
export function describeChangeLog(
  name: string,
  factory: ChangeLogFactory,
  options: DescribeChangeLogOptions = {},
): void {
  const subject = { factory, ...options }
  describeCases(`${name}: change log`, { cases: changeLogCases, subject, ...options })
}

/** @internal */
export interface ChangeLogSubject extends StoreTimeOptions {
  readonly factory: ChangeLogFactory
}

interface LogTools {
  readonly log: ChangeLog
  /** The same log, as another process has it. */
  readonly other: ChangeLog
  /** Where the log ended when the test began. */
  readonly start: string
  readonly time: StoreTime
}

/** Longer than a test runs, in milliseconds. */
const KEEP_MS = 3_600_000

/** The rules themselves. @internal */
export const changeLogCases: readonly ConformanceCase<ChangeLogSubject>[] = [
  logCase('shows an entry to every reader, at the position it was given', async (tools) => {
    const position = await tools.log.append('entry', KEEP_MS)
    for (const reader of [tools.log, tools.other])
      deepStrictEqual(plain(await reader.read(tools.start)), [{ position, entry: 'entry' }])
  }),
  logCase('shows everything that is kept to who begins with the empty position', async (tools) => {
    const entry = randomUUID()
    const position = await tools.log.append(entry, KEEP_MS)
    const found = (await readOn(tools.other, '')).find((change) => change.position === position)
    strictEqual(found?.entry, entry)
  }),
  logCase('keeps the order in which entries were appended, by whomever', async ({ log, other, start }) => {
    const positions: string[] = []
    for (let number = 0; number < 20; number++)
      positions.push(await (number % 2 === 0 ? log : other).append(`${number}`, KEEP_MS))
    const changes = await readOn(other, start)
    deepStrictEqual(
      changes.map(({ entry }) => entry),
      positions.map((_, number) => `${number}`),
    )
    deepStrictEqual(
      changes.map(({ position }) => position),
      positions,
    )
    deepStrictEqual([...positions].sort(), positions)
    strictEqual(new Set(positions).size, positions.length)
  }),
  logCase('reads on after a position, without the entry there', async ({ log, other, start }) => {
    const first = await log.append('first', KEEP_MS)
    await log.append('second', KEEP_MS)
    const last = await log.append('third', KEEP_MS)
    deepStrictEqual(entriesOf(await other.read(first)), ['second', 'third'])
    deepStrictEqual(await other.read(last), [])
    deepStrictEqual(entriesOf(await other.read(start)), ['first', 'second', 'third'])
  }),
  logCase('has nothing new until something is appended', async ({ log, other, start }) => {
    deepStrictEqual(await log.read(start), [])
    const position = await other.append('new', KEEP_MS)
    deepStrictEqual(entriesOf(await log.read(start)), ['new'])
    deepStrictEqual(await log.read(position), [])
  }),
  logCase('shows the same entry again to who asks again', async ({ log, start }) => {
    await log.append('entry', KEEP_MS)
    deepStrictEqual(plain(await log.read(start)), plain(await log.read(start)))
  }),
  logCase('keeps equal entries apart', async ({ log, other, start }) => {
    await log.append('same', KEEP_MS)
    await log.append('same', KEEP_MS)
    await other.append('same', KEEP_MS)
    deepStrictEqual(entriesOf(await log.read(start)), ['same', 'same', 'same'])
  }),
  logCase('keeps an entry as long as it was asked to', async ({ log, other, start, time }) => {
    const until = time.clock.now() + time.spanMs
    await log.append('entry', time.spanMs)
    await time.passUntilBefore(until)
    deepStrictEqual(entriesOf(await other.read(start)), ['entry'])
  }),
  logCase('keeps an entry that is to stay longer than later ones', async ({ log, other, start, time }) => {
    await log.append('long', KEEP_MS)
    // More than a store may hold back to drop them in blocks.
    for (let number = 0; number < 300; number++) await other.append('short', 1)
    await time.passUntil(time.clock.now() + time.spanMs)
    await other.append('short', 1)
    strictEqual((await log.read(start))[0]?.entry, 'long')
  }),
  logCase('keeps the empty entry', async ({ log, other, start }) => {
    await log.append('', KEEP_MS)
    await log.append('after', KEEP_MS)
    deepStrictEqual(entriesOf(await other.read(start)), ['', 'after'])
  }),
  logCase('keeps 10 KiB unchanged', async ({ log, other, start }) => {
    const entry = '0123456789abcdef'.repeat(640)
    await log.append(entry, KEEP_MS)
    deepStrictEqual(entriesOf(await other.read(start)), [entry])
  }),
  logCase('keeps text of every script, and control characters, unchanged', async ({ log, other, start }) => {
    const entry = ' Grüße, 世界 👩‍👩‍👧 \u0000\u001f\u007f\r\n "\'\\ end '
    await log.append(entry, KEEP_MS)
    deepStrictEqual(entriesOf(await other.read(start)), [entry])
  }),
  logCase('shows a hundred entries appended at once to all, once, and in one order', async (tools) => {
    const { log, other, start } = tools
    const numbers = Array.from({ length: 100 }, (_, index) => index)
    const positions = await Promise.all(
      numbers.map((number) => (number % 2 === 0 ? log : other).append(`${number}`, KEEP_MS)),
    )
    const changes = await readOn(log, start)
    deepStrictEqual(plain(await readOn(other, start)), plain(changes))
    strictEqual(changes.length, numbers.length)
    const entryAt = new Map(changes.map(({ position, entry }) => [position, entry]))
    for (const [number, position] of positions.entries()) strictEqual(entryAt.get(position), `${number}`)
    const order = changes.map(({ position }) => position)
    deepStrictEqual([...order].sort(), order)
  }),
  logCase('shows more than a thousand entries, page by page', async ({ log, other, start }) => {
    const entries = Array.from({ length: 1_050 }, (_, index) => `${index}`)
    await Promise.all(entries.map((entry) => log.append(entry, KEEP_MS)))
    const first = await other.read(start)
    ok(first.length > 0 && first.length <= 1_000, `expected at most a thousand, got ${first.length}`)
    const all = entriesOf(await readOn(other, start))
    deepStrictEqual([...new Set(all)].sort(), [...entries].sort())
    strictEqual(all.length, entries.length)
  }),
]

/** All entries after a position, as a process reads them. */
async function readOn(log: ChangeLog, after: string): Promise<readonly LoggedChange[]> {
  const changes: LoggedChange[] = []
  for (let position = after; ; ) {
    const page = await log.read(position)
    const last = page.at(-1)
    if (last === undefined) return changes
    ok(last.position > position, 'expected positions to go up')
    changes.push(...page)
    position = last.position
  }
}

function entriesOf(changes: readonly LoggedChange[]): readonly string[] {
  return changes.map(({ entry }) => entry)
}

/** Without what a log may say besides. */
function plain(changes: readonly LoggedChange[]): readonly LoggedChange[] {
  return changes.map(({ position, entry }) => ({ position, entry }))
}

function logCase(name: string, rule: (tools: LogTools) => Promise<void>): ConformanceCase<ChangeLogSubject> {
  return {
    name,
    async run({ factory, ...options }) {
      const time = storeTime(options)
      const [log, other] = await factory({ clock: time.clock })
      const start = (await readOn(log, '')).at(-1)?.position ?? ''
      await rule({ log, other, start, time })
    },
  }
}
