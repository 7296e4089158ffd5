import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type LocalRedis, startRedis } from '@hubauth/stores/redis'
import { KeptAlive } from './kept-alive.ts'
import { Killer } from './killer.ts'
import type { SoakOptions } from './options.ts'
import { QueueWatch } from './queue-watch.ts'
import { Sender } from './sender.ts'
import type { SoakReport } from './soak-report.ts'
import { type Tally, tally } from './tally.ts'
import { type SentDeliveries, Traffic } from './traffic.ts'

/** For what is left in the queue when nobody is killed any more, beside the time that locks last. */
const DRAIN_MS = 120_000
const MOST_CRASHES = 10

/** What a run looks like while it goes on. */
export interface SoakProgress {
  readonly seconds: number
  readonly sent: SentDeliveries
  /** Deliveries in the queue. */
  readonly left: number
  readonly kills: { readonly web: number; readonly worker: number; readonly redis: number }
  readonly redisBytes: number
}

/** The parts of a run. */
interface Run {
  readonly options: SoakOptions
  readonly startedAt: number
  readonly processes: readonly KeptAlive[]
  readonly watch: QueueWatch
  readonly traffic: Traffic
  readonly killer: Killer
}

/**
 * Sends deliveries of all sizes through Express and a queue to workers while processes and Redis are killed, and counts what
 * became of each.
 *
 * @param onProgress Called every ten seconds.
 * @throws {Error} When processes end by themselves again and again, or Redis does not start.
 */
export async function runSoak(
  options: SoakOptions,
  onProgress?: (progress: SoakProgress) => void,
): Promise<SoakReport> {
  const folder = mkdtempSync(join(tmpdir(), 'hubauth-soak-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeFolder)
  const redis = await startRedis({ durable: true, args: ['--maxmemory-policy', 'noeviction'] })
  const webhookSecret = randomBytes(32).toString('hex')
  const processes = startProcesses(options, { folder, redis, webhookSecret })
  const watch = new QueueWatch(redis.url)
  const sender = new Sender(processes.filter(({ kind }) => kind === 'web'))
  const killer = new Killer(options, processes, redis)
  try {
    const traffic = new Traffic(options, { sender, watch, webhookSecret })
    const run: Run = { options, startedAt: Date.now(), processes, watch, traffic, killer }
    return await sendAll(run, onProgress)
  } finally {
    sender.close()
    await Promise.allSettled([killer.stop(), watch.close(), ...processes.map((each) => each.stop())])
    await redis.stop()
    removeFolder()
    process.off('exit', removeFolder)
  }
}

function startProcesses(
  { web, workers, lockMs }: SoakOptions,
  {
    folder,
    redis,
    webhookSecret,
  }: { readonly folder: string; readonly redis: LocalRedis; readonly webhookSecret: string },
): readonly KeptAlive[] {
  const sealWith = randomBytes(32).toString('base64')
  const start = (name: string) => (generation: number) => ({
    redisUrl: redis.url,
    sealWith,
    webhookSecret,
    lockMs,
    ledger: join(folder, `${name}-${generation}.log`),
  })
  const many = (kind: 'web' | 'worker', count: number) =>
    Array.from({ length: count }, (_, at) => new KeptAlive({ kind, start: start(`${kind}-${at}`) }))
  return [...many('web', web), ...many('worker', workers)]
}

async function sendAll(
  run: Run,
  onProgress: ((progress: SoakProgress) => void) | undefined,
): Promise<SoakReport> {
  const { traffic, killer, startedAt, options } = run
  const failing = new AbortController()
  const timer = setInterval(() => onProgress?.(progress(run)), 10_000)
  const isBroken = watchCrashes(run, failing.signal)
  try {
    await Promise.race([traffic.send(), isBroken])
    const sentAt = Date.now()
    await killer.stop()
    await Promise.race([drained(run, Date.now() + DRAIN_MS + 4 * options.lockMs), isBroken])
    return report(run, await count(run), { sendMs: sentAt - startedAt, allMs: Date.now() - startedAt })
  } finally {
    clearInterval(timer)
    failing.abort()
  }
}

/** Rejects when processes end that nobody kills: they would never come to an end of their work. */
async function watchCrashes({ processes }: Run, signal: AbortSignal): Promise<never> {
  for (;;) {
    await setTimeout(500, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return new Promise(() => undefined)
    if (processes.some(({ crashes }) => crashes >= MOST_CRASHES))
      throw new Error('A process ends again and again.')
  }
}

/** Resolves when the queue is empty, or it is time to give up. */
async function drained({ watch }: Run, giveUpAt: number): Promise<void> {
  while (Date.now() < giveUpAt) {
    await watch.look().catch(() => undefined)
    if (watch.left === 0) return
    await setTimeout(100)
  }
}

function count({ processes, killer, traffic }: Run): Promise<Tally> {
  const workers = processes.filter(({ kind }) => kind === 'worker')
  return tally({
    files: workers.flatMap(({ ledgers }) => ledgers),
    kills: workers.flatMap(({ kills }) => kills),
    redisKills: killer.redisKills,
    isAnswered: traffic.isAnswered,
  })
}

function progress({ processes, watch, traffic, killer, startedAt }: Run): SoakProgress {
  return {
    seconds: Math.round((Date.now() - startedAt) / 1_000),
    sent: traffic.sent,
    left: watch.left,
    kills: killsOf(processes, killer),
    redisBytes: watch.usedBytes,
  }
}

function killsOf(processes: readonly KeptAlive[], killer: Killer): SoakProgress['kills'] {
  const of = (wanted: string) =>
    processes.filter(({ kind }) => kind === wanted).reduce((sum, { kills }) => sum + kills.length, 0)
  return { web: of('web'), worker: of('worker'), redis: killer.redisKills.length }
}

function report(
  { processes, watch, traffic, killer }: Run,
  counted: Tally,
  times: { readonly sendMs: number; readonly allMs: number },
): SoakReport {
  const problems = new Map<string, number>()
  for (const each of processes)
    for (const [what, often] of each.problems) problems.set(what, (problems.get(what) ?? 0) + often)
  const peak = (wanted: string) =>
    Math.max(...processes.filter(({ kind }) => kind === wanted).map(({ peakRssBytes }) => peakRssBytes))
  return {
    ...times,
    sent: traffic.sent,
    refusals: Object.fromEntries(traffic.refusals),
    tally: counted,
    left: watch.left,
    dead: watch.dead,
    kills: killsOf(processes, killer),
    crashes: processes.reduce((sum, { crashes }) => sum + crashes, 0),
    problems: Object.fromEntries(problems),
    peakBytes: { redis: watch.peakBytes, web: peak('web'), worker: peak('worker') },
    redisBytes: watch.usedBytes,
  }
}
