import { setTimeout } from 'node:timers/promises'
import type { LocalRedis } from '@hubauth/stores/redis'
import type { KeptAlive } from './kept-alive.ts'
import type { SoakOptions } from './options.ts'
import { Random } from './random.ts'

/** Kills now this process, now that one, until it is told to stop. */
export class Killer {
  readonly #random: Random
  readonly #stop = new AbortController()
  readonly #redisKills: number[] = []
  readonly #loops: readonly Promise<void>[]

  constructor(options: SoakOptions, processes: readonly KeptAlive[], redis: LocalRedis) {
    this.#random = new Random(options.seed + 1)
    const killOne = async () => processes[this.#random.between(0, processes.length - 1)]?.kill()
    const killRedis = async () => {
      this.#redisKills.push(Date.now())
      await redis.kill()
      await redis.start()
    }
    this.#loops = [this.#loop(options.killEveryMs, killOne), this.#loop(options.killRedisEveryMs, killRedis)]
  }

  /** When, in epoch milliseconds. */
  get redisKills(): readonly number[] {
    return this.#redisKills
  }

  /** Resolves when whoever was killed last was started again. Rejects when Redis could not be. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#loops)
  }

  async #loop(everyMs: number, kill: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop
    while (everyMs > 0) {
      await setTimeout(everyMs * (0.5 + this.#random.next()), undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      await kill()
    }
  }
}
