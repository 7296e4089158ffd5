import { describeBot } from '@hubauth/bot/end-to-end'
import { describe, expect, it } from 'vitest'
import { bundle } from './bundle.ts'
import { startWorker, workerdBinary } from './start-worker.ts'

describe.skipIf(workerdBinary() === undefined)('in workerd (skipped where it has no binary)', () => {
  describeBot('Workers', async (environment) => {
    const { url, close } = await startWorker({
      source: '../src/worker.ts',
      environment: { ...environment },
    })
    return { webhooks: url, close }
  })
})

it('verifies signatures with WebCrypto and needs nothing of Node.js', async () => {
  const code = await bundle('../src/worker.ts')
  expect(code).toContain('subtle.verify(')
  expect(code).not.toMatch(/createHmac|node:/)
})
