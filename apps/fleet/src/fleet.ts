import { randomBytes } from 'node:crypto'
import { type RepositorySeed, type Simulator, startSimulator } from '@hubauth/simulator'
import { type LocalRedis, startRedis } from '@hubauth/stores/redis'
import { Member } from './member.ts'
import type { CallerOptions, CallsReport, ClientName } from './protocol.ts'

/** Both clients share one Redis in every test. */
const CLIENTS: readonly ClientName[] = ['redis', 'ioredis', 'redis', 'ioredis']
const PERMISSIONS = { contents: 'read', issues: 'write' }

/** Options of {@link startFleet}. */
export interface FleetOptions {
  /** On how many accounts the app is installed: `org-0`, `org-1`, … */
  readonly installations: number
  /** What each account has. Default nothing. */
  readonly repositories?: readonly RepositorySeed[] | undefined
  /** Default a Redis of its own, which ends with the fleet. */
  readonly redis?: LocalRedis | undefined
  /** Default one that is made up. */
  readonly sealWith?: string | undefined
  /** One for each process. Default four, which take turns. */
  readonly clients?: readonly ClientName[] | undefined
  /** For one token, in milliseconds. Default that of core. */
  readonly timeoutMs?: number | undefined
  /** Where processes reach GitHub. Default the simulator itself. */
  readonly baseUrl?: ((github: Simulator) => Promise<string>) | undefined
}

/** Processes of one service, the Redis that they share, and their GitHub. */
export interface Fleet {
  readonly github: Simulator
  readonly redis: LocalRedis
  readonly members: readonly Member[]
  /** Of the app, oldest first. */
  readonly installationIds: readonly number[]
  readonly sealWith: string
  /** Starts one more process, which {@link close} ends as well. */
  start(client: ClientName): Promise<Member>
  close(): Promise<void>
}

/** Starts GitHub, Redis and the processes. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { installations, repositories = [], clients = CLIENTS } = options
  const { sealWith = randomBytes(32).toString('base64') } = options
  const github = await startSimulator({
    app: {
      permissions: PERMISSIONS,
      events: ['repository'],
      // Apps without an address have no hook.
      webhookUrl: 'http://127.0.0.1:1/',
    },
    accounts: Array.from({ length: installations }, (_, at) => ({
      login: `org-${at}`,
      repositories,
      installation: {},
    })),
  })
  const redis = options.redis ?? (await startRedis())
  const caller: Omit<CallerOptions, 'client'> = {
    redisUrl: redis.url,
    sealWith,
    prefix: 'fleet:',
    appId: github.app.id,
    privateKey: github.app.privateKey,
    baseUrl: (await options.baseUrl?.(github)) ?? github.url,
    webhookSecret: github.app.webhookSecret,
    timeoutMs: options.timeoutMs,
  }
  const started: Member[] = []
  const start = async (client: ClientName) => {
    const member = await Member.start({ ...caller, client })
    started.push(member)
    return member
  }
  return {
    github,
    redis,
    members: await Promise.all(clients.map(start)),
    installationIds: github.installations.map(({ id }) => id),
    sealWith,
    start,
    async close() {
      await Promise.all(started.map((member) => member.kill()))
      await github.close()
      if (options.redis === undefined) await redis.stop()
    },
  }
}

/** What several processes counted, together. */
export function together(reports: readonly CallsReport[]): CallsReport {
  const failures: Record<string, number> = {}
  const tokens: Record<string, readonly string[]> = {}
  for (const report of reports) {
    for (const [reason, count] of Object.entries(report.failures))
      failures[reason] = (failures[reason] ?? 0) + count
    for (const [id, values] of Object.entries(report.tokens))
      tokens[id] = [...new Set([...(tokens[id] ?? []), ...values])]
  }
  return {
    calls: reports.reduce((sum, { calls }) => sum + calls, 0),
    failures,
    longestMs: Math.max(...reports.map(({ longestMs }) => longestMs)),
    tokens,
  }
}
