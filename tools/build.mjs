// Builds what the arguments name (turbo filters; everything without), and prints only what went wrong.
import { spawnSync } from 'node:child_process'

const filters = process.argv.slice(2).map((name) => `--filter=${name}...`)
const { status, stdout, stderr } = spawnSync(
  'turbo',
  ['run', 'build', '--output-logs=errors-only', ...filters],
  {
    encoding: 'utf8',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  },
)
if (status !== 0) console.error(stdout, stderr)
process.exitCode = status ?? 1
