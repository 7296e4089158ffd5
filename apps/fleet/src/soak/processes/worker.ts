import { openSync, writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { createDeliveryWorker } from '@hubauth/core'
import { ledgerLine } from '../ledger.ts'
import { started, tell, tellProblem } from './start.ts'

/** Longer than Redis takes, so that kills hit handlers in the middle. */
const LONGEST_HANDLER_MS = 10

interface Payload {
  readonly issue?: { readonly title?: string }
}

const { start, queue } = await started()
const ledger = openSync(start.ledger, 'a')
createDeliveryWorker({ queue, onError: tellProblem })
  .on<Payload>('*', async ({ id, payload }) => {
    await setTimeout(Math.random() * LONGEST_HANDLER_MS)
    // In the hands of the kernel when this returns, whatever becomes of the process.
    writeSync(ledger, ledgerLine({ id, isWhole: payload.issue?.title === id, at: Date.now() }))
  })
  .start()
tell({ ready: {} })
