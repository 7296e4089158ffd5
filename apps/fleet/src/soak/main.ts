import { parseArgs } from 'node:util'
import { withoutRedis } from '@hubauth/stores/redis'
import { DEFAULTS, type SoakOptions } from './options.ts'
import { runSoak } from './soak.ts'
import { brokenRules, progressLine, reportText } from './soak-report.ts'

const USAGE = `npm run soak -- [options]
  --deliveries N          different deliveries; default ${DEFAULTS.deliveries}
  --seconds N             stop sending after that; default when all are sent
  --web N, --workers N    processes that take, and that handle; default ${DEFAULTS.web} and ${DEFAULTS.workers}
  --connections N         deliveries on their way at the same time; default ${DEFAULTS.connections}
  --kill-every MS         a web or worker process; default ${DEFAULTS.killEveryMs}, 0 for never
  --kill-redis-every MS   default ${DEFAULTS.killRedisEveryMs}, 0 for never
  --lock MS               after which another worker takes over; default ${DEFAULTS.lockMs}
  --max-queued N          senders wait when more are in the queue; default ${DEFAULTS.maxQueued}
  --seed N                default ${DEFAULTS.seed}`

function readOptions(): SoakOptions {
  const string = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      deliveries: string,
      seconds: string,
      web: string,
      workers: string,
      connections: string,
      'kill-every': string,
      'kill-redis-every': string,
      lock: string,
      'max-queued': string,
      seed: string,
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) {
    console.log(USAGE)
    process.exit(0)
  }
  return {
    ...DEFAULTS,
    deliveries: whole('deliveries', values.deliveries, DEFAULTS.deliveries),
    seconds: values.seconds === undefined ? undefined : whole('seconds', values.seconds, 1),
    web: whole('web', values.web, DEFAULTS.web),
    workers: whole('workers', values.workers, DEFAULTS.workers),
    connections: whole('connections', values.connections, DEFAULTS.connections),
    killEveryMs: whole('kill-every', values['kill-every'], DEFAULTS.killEveryMs),
    killRedisEveryMs: whole('kill-redis-every', values['kill-redis-every'], DEFAULTS.killRedisEveryMs),
    lockMs: whole('lock', values.lock, DEFAULTS.lockMs),
    maxQueued: whole('max-queued', values['max-queued'], DEFAULTS.maxQueued),
    seed: whole('seed', values.seed, DEFAULTS.seed),
  }
}

function whole(option: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`--${option}: expected a whole number.`)
  return value
}

let options: SoakOptions
try {
  options = readOptions()
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  process.exit(2)
}
const missing = withoutRedis()
if (missing !== undefined) {
  console.error(missing)
  process.exit(2)
}
// Child processes end with this one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
const report = await runSoak(options, (progress) => console.log(progressLine(progress)))
console.log(reportText(report))
process.exit(brokenRules(report).length === 0 ? 0 : 1)
