import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { allRows } from './rows/all-rows.ts'
import type { Row, RowContext } from './rows/row.ts'
import { detailTable, type MeasuredRow, summaryTable } from './table.ts'

const USAGE = `npm run bench -- [options]
  --only NAME   measure this row only; may be repeated: ${allRows.map(({ name }) => name).join(', ')}
  --quick       fewer rounds: less than a minute, and ratios that are less sure
  --json FILE   where to write the figures; default apps/bench/results/latest.json`

const RESULTS = fileURLToPath(new URL('../results/latest.json', import.meta.url))
/** Well beyond a full run: whatever hangs then is a defect, and must not stay behind. */
const GIVE_UP_AFTER_MS = 10 * 60_000

interface Options {
  readonly rows: readonly Row[]
  readonly isQuick: boolean
  readonly file: string
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      json: { type: 'string', default: RESULTS },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit(0)
  }
  const unknown = values.only?.find((name) => allRows.every((row) => row.name !== name))
  if (unknown !== undefined) throw new TypeError(`--only: there is no row named ${JSON.stringify(unknown)}.`)
  const rows = allRows.filter(({ name }) => values.only?.includes(name) ?? true)
  return { rows, isQuick: values.quick, file: values.json }
}

async function measureRows({ rows, isQuick }: Options): Promise<MeasuredRow[]> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const context: RowContext = { privateKey, isQuick }
  const measured: MeasuredRow[] = []
  for (const row of rows) {
    const entry = { row, comparisons: await row.measure(context) }
    measured.push(entry)
    console.log(`${detailTable(entry)}\n`)
  }
  return measured
}

async function run(options: Options): Promise<void> {
  const started = Date.now()
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; ratios are to the limit of each row.\n`,
  )
  const measured = await measureRows(options)
  console.log(`${summaryTable(measured)}\n`)
  const seconds = Math.round((Date.now() - started) / 1000)
  const report = {
    startedAt: new Date(started).toISOString(),
    seconds,
    isQuick: options.isQuick,
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    loadAverage: loadavg(),
    rows: measured.map(({ row: { name, title, limit }, comparisons }) => ({
      name,
      title,
      limit,
      comparisons,
    })),
  }
  mkdirSync(dirname(options.file), { recursive: true })
  writeFileSync(options.file, `${JSON.stringify(report, undefined, 2)}\n`)
  console.log(`${seconds} s; the figures are in ${options.file}`)
}

let options: Options
try {
  options = readOptions()
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  process.exit(2)
}
setTimeout(() => {
  console.error('The benchmark did not end in ten minutes.')
  process.exit(1)
}, GIVE_UP_AFTER_MS).unref()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
await run(options)
// Sockets and child processes that a row kept would hold the process.
process.exit(0)
