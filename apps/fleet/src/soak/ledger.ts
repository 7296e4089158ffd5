import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** That a handler has run to its end. */
export interface Execution {
  readonly id: string
  /** Whether the payload was that of the delivery. */
  readonly isWhole: boolean
  /** In epoch milliseconds. */
  readonly at: number
}

/** What a worker appends for an execution. */
export function ledgerLine({ id, isWhole, at }: Execution): string {
  return `${id} ${isWhole ? 'whole' : 'damaged'} ${at}\n`
}

/**
 * What a worker wrote, the oldest first. A last line that a kill cut off does not count. Who was killed before it could begin
 * left no file.
 */
export async function* readLedger(file: string): AsyncGenerator<Execution> {
  if (!existsSync(file)) return
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [id = '', state, at] = line.split(' ')
    if (at !== undefined) yield { id, isWhole: state === 'whole', at: Number(at) }
  }
}
