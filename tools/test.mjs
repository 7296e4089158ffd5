// Runs every test; arguments go to vitest. Ends with the plain line of summary.mjs.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

const results = '.vitest/results.json'
rmSync(results, { force: true })
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
const run = spawnSync('vitest', ['run', ...reporters, ...process.argv.slice(2)], { stdio: 'inherit' })
if (run.error) throw run.error
await import('./summary.mjs')
process.exitCode = run.status ?? 1
