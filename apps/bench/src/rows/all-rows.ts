import { bundleSize } from './bundle-size.ts'
import { cachedToken } from './cached-token.ts'
import { importTime } from './import-time.ts'
import { manyInstallations } from './many-installations.ts'
import { newInstallations } from './new-installations.ts'
import { oneInstallation } from './one-installation.ts'
import { processes } from './processes.ts'
import { queue } from './queue.ts'
import type { Row } from './row.ts'
import { signature } from './signature.ts'
import { simulator } from './simulator.ts'
import { webhookServer } from './webhook-server.ts'

/** The rows of design.md section 6 in its order, and the simulator's. */
export const allRows: readonly Row[] = [
  cachedToken,
  newInstallations,
  oneInstallation,
  processes,
  manyInstallations,
  signature,
  webhookServer,
  queue,
  importTime,
  bundleSize,
  simulator,
]
