// A process that works on deliveries, run by tests as users run theirs: on what was built.
import { bullmqQueue } from '@hubauth/bullmq'

const { isHolding = false, ...options } = JSON.parse(process.argv[2] ?? '{}')
const queue = bullmqQueue(options)
const handle = async ({ key }, attempt) => {
  process.send?.({ type: 'begun', key, attempt })
  await new Promise((resolve) => setTimeout(resolve, isHolding ? 600_000 : Math.random() * 20))
  process.send?.({ type: 'done', key, attempt })
}
const working = queue.process(handle, {
  onError: (error) => process.send?.({ type: 'error', error: `${error}` }),
})

process.on('message', async () => {
  await working.close()
  await queue.close()
  process.disconnect()
})
