import { randomBytes } from 'node:crypto'
import { startRedis } from '@hubauth/stores/redis'

/** A Redis for one example: what another one left there would change what it does. */
export interface ExampleRedis {
  /** Where it is, and the secrets that seal what lies in it. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** Starts one on a free port of this machine, with new secrets. */
export async function startExampleRedis(): Promise<ExampleRedis> {
  const { url, stop } = await startRedis()
  return {
    environment: { REDIS_URL: url, SEAL_SECRET: newSecret(), QUEUE_SECRET: newSecret() },
    stop,
  }
}

/** As `openssl rand -base64 32` prints it. */
function newSecret(): string {
  return randomBytes(32).toString('base64')
}
