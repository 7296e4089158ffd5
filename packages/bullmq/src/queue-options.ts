import type { SealSecret } from '@hubauth/core'
import type { ConnectionOptions } from 'bullmq'

const DAY_MS = 86_400_000

/** Options of `bullmqQueue`: the same wherever deliveries are added, worked on, or looked at. */
export interface BullmqQueueOptions {
  /**
   * Where Redis or Valkey is: `{ url }` or other options of ioredis, or a client of ioredis or node-redis, which is
   * duplicated and otherwise left alone: one connection adds, two belong to every `process`.
   */
  readonly connection: ConnectionOptions
  /**
   * Encrypts deliveries in Redis: at least 32 characters of random text, the same in every process; several for rotation:
   * the first seals, all open. `'none'` leaves them readable there.
   */
  readonly sealWith: SealSecret | 'none'
  /** Name of the queue. Default `github-deliveries`. */
  readonly name?: string | undefined
  /** What all keys in Redis start with. Default `bull`; for a Redis Cluster one with a hash tag, such as `{bull}`. */
  readonly prefix?: string | undefined
  /** How often a delivery is tried before it is a dead letter. Default 10. */
  readonly attempts?: number | undefined
  /**
   * The pause after the first failure, in milliseconds; it doubles with every further one, up to 15 minutes. Up to half of
   * it is left out by chance, so that what failed together is not tried again together. Default 1 000.
   */
  readonly firstBackoffMs?: number | undefined
  /** How many deliveries one process works on at a time. Default 16. */
  readonly concurrency?: number | undefined
  /**
   * How long a delivery is safe from others after the last sign of life of the process that works on it, in milliseconds:
   * after a `kill -9` another one takes it within twice that. Default 30 000; at least 1 000.
   */
  readonly lockMs?: number | undefined
  /** How long Redis may take to answer, in milliseconds. Default 5 000, less than the receiver waits. */
  readonly timeoutMs?: number | undefined
  /** How long dead letters are kept, in milliseconds. Default 30 days. */
  readonly keepDeadLettersMs?: number | undefined
  /** How many dead letters are kept; the oldest go first. Default 10 000. */
  readonly maxDeadLetters?: number | undefined
}

/** Options that are all there and can work. @internal */
export type CheckedOptions = ReturnType<typeof checkedOptions>

/** Fills in defaults. @throws {TypeError} For options that can never work. @internal */
export function checkedOptions(options: BullmqQueueOptions) {
  const { name = 'github-deliveries', prefix = 'bull' } = options
  checkConnection(options.connection)
  if (typeof name !== 'string' || name === '' || name.includes(':'))
    throw new TypeError('name: expected text without colons.')
  if (typeof prefix !== 'string' || prefix === '') throw new TypeError('prefix: expected text.')
  return {
    connection: options.connection,
    name,
    prefix,
    attempts: integer('attempts', options.attempts ?? 10, 1),
    firstBackoffMs: integer('firstBackoffMs', options.firstBackoffMs ?? 1_000, 1),
    concurrency: integer('concurrency', options.concurrency ?? 16, 1),
    lockMs: integer('lockMs', options.lockMs ?? 30_000, 1_000),
    timeoutMs: integer('timeoutMs', options.timeoutMs ?? 5_000, 1),
    keepDeadLettersMs: integer('keepDeadLettersMs', options.keepDeadLettersMs ?? 30 * DAY_MS, 1_000),
    maxDeadLetters: integer('maxDeadLetters', options.maxDeadLetters ?? 10_000, 1),
  }
}

function checkConnection(connection: unknown): void {
  if (typeof connection !== 'object' || connection === null) {
    throw new TypeError(
      "connection: expected options such as { url: 'redis://127.0.0.1:6379' }, or a client of ioredis or node-redis.",
    )
  }
  const { keyPrefix, options } = connection as { keyPrefix?: unknown; options?: { keyPrefix?: unknown } }
  if (keyPrefix || options?.keyPrefix)
    throw new TypeError('connection: BullMQ cannot work with keyPrefix; use the option prefix of the queue.')
}

function integer(option: string, value: number, min: number): number {
  if (!Number.isSafeInteger(value) || value < min)
    throw new TypeError(`${option}: expected a whole number, at least ${min}.`)
  return value
}
