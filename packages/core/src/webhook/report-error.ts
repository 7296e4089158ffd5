import { harmless, redact } from '../errors.ts'
import type { Delivery } from './delivery.ts'

/** Is told what fails, and at which delivery, where that is known. */
export type ReportError = (error: unknown, delivery: Delivery | undefined) => void

/** A listener for errors that cannot hurt. Default: prints them. */
export function errorReporter(onError: ReportError | undefined): ReportError {
  return harmless(onError ?? printError)
}

function printError(error: unknown, delivery: Delivery | undefined): void {
  // The id is not signed, and who may dispatch to a repository chooses an action: neither may write lines of its own.
  const what = delivery === undefined ? 'webhook' : redact(`delivery ${delivery.id} (${delivery.name})`)
  console.error(`[hubauth] ${what}:`, error)
}
