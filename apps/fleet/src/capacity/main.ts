import { parseArgs } from 'node:util'
import { withoutRedis } from '@hubauth/stores/redis'
import { claimBytes, deliveryCosts, doneBytes } from './delivery-capacity.ts'
import { commandsText } from './redis-stats.ts'
import { tokenBytes, tokenCommands } from './token-capacity.ts'

const KB = 1_024
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const scale = values.quick ? 0.1 : 1

const missing = withoutRedis()
if (missing !== undefined) {
  console.error(missing)
  process.exit(2)
}

for (const length of [40, 520])
  for (const { tokens, bytesEach } of await tokenBytes(length, [100_000 * scale, 300_000 * scale]))
    console.log(`${tokens} tokens of ${length} characters: ${Math.round(bytesEach)} bytes of Redis each`)

const { mint, shared, perBusySecond, callsPerBusySecond } = await tokenCommands()
console.log(`commands for a mint: ${commandsText(mint)}`)
console.log(`commands for a token that another process has minted: ${commandsText(shared)}`)
console.log(
  `commands a second while one process asks ${Math.round(callsPerBusySecond)} times: ${commandsText(perBusySecond)}`,
)

for (const [kilobytes, deliveries] of [
  [2, 10_000],
  [10, 5_000],
  [100, 1_000],
] as const) {
  const costs = await deliveryCosts(kilobytes * KB, deliveries * scale)
  const { queuedBytes, add, work, addCpu, workCpu } = costs
  console.log(`deliveries of ${kilobytes} KB: ${Math.round(queuedBytes)} bytes of Redis each while queued`)
  console.log(
    `  processor time over verifying and handling without a queue: web ${addCpu.toFixed(1)}, worker ${workCpu.toFixed(1)}`,
  )
  console.log(`  commands to add: ${commandsText(add)}`)
  console.log(`  commands to work: ${commandsText(work)}`)
}
console.log(`deliveries that are done: ${Math.round(await doneBytes(10_000 * scale))} bytes of Redis each`)
console.log(`claims without a queue: ${Math.round(await claimBytes(20_000 * scale))} bytes of Redis each`)
process.exit(0)
