/** Options of {@link runSoak}. */
export interface SoakOptions {
  /** How many different deliveries are sent, besides duplicates and forged ones. */
  readonly deliveries: number
  /** When no more are sent, in seconds. Default: when all are. */
  readonly seconds?: number | undefined
  /** Processes that handle deliveries. */
  readonly workers: number
  /** Processes that take deliveries, with Express. */
  readonly web: number
  /** What sizes, duplicates, forgeries and kills come of. Times are those of the machine, so no two runs are alike. */
  readonly seed: number
  /** How many deliveries are on their way to the web processes at the same time. */
  readonly connections: number
  /** Between two kills of a web or worker process, in milliseconds, on average. 0: none is killed. */
  readonly killEveryMs: number
  /** Between two kills of Redis, in milliseconds, on average. 0: it is not killed. */
  readonly killRedisEveryMs: number
  /** Of the deliveries, how many are sent twice: 0.01 is one in a hundred. */
  readonly duplicates: number
  /** For each delivery, how many forged ones are sent besides. */
  readonly forgeries: number
  /** See `BullmqQueueOptions`. */
  readonly lockMs: number
  /** Senders wait while more deliveries than that are in the queue. */
  readonly maxQueued: number
}

/** What `npm run soak` does without options. */
export const DEFAULTS: SoakOptions = {
  deliveries: 1_000_000,
  workers: 4,
  web: 2,
  seed: 1,
  connections: 24,
  killEveryMs: 2_000,
  killRedisEveryMs: 30_000,
  duplicates: 0.01,
  forgeries: 0.005,
  lockMs: 15_000,
  maxQueued: 2_000,
}
