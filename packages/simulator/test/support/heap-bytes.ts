import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** What is alive, in bytes. Garbage is gone after the second collection at the latest. */
export async function heapBytes(): Promise<number> {
  for (let round = 0; round < 2; round += 1) {
    await new Promise(setImmediate)
    collectGarbage()
  }
  return process.memoryUsage().heapUsed
}
