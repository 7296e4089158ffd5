import { startRedis, withoutRedis } from '@hubauth/stores/redis'
import { Redis } from 'ioredis'
import { type Child, startChild } from '../measure/child.ts'
import { type Comparison, compare } from '../measure/comparison.ts'
import { interleave, type Role } from '../measure/interleave.ts'
import { load } from '../measure/load.ts'
import type { Row, RowContext } from './row.ts'
import { delivery } from './webhook-server.ts'

const CONNECTIONS = 32

const servers: readonly { readonly kind: string; readonly name: string; readonly role: Role }[] = [
  { kind: 'bare BullMQ', name: 'express, queue.add of BullMQ', role: 'limit' },
  { kind: 'hubauth', name: '@hubauth/express, @hubauth/bullmq', role: 'hubauth' },
  { kind: 'express alone', name: 'express, no queue', role: 'peer' },
]

/** What it costs to keep a delivery before it is answered. */
export const queue: Row = {
  name: 'queue',
  title: 'Deliveries into a queue, 10 KB',
  limit: 'Express, HMAC, JSON.parse, and queue.add of BullMQ, which seals nothing',
  async measure(context) {
    const reason = withoutRedis()
    if (reason === undefined) return measureWithRedis(context)
    console.log(`The row "queue" is skipped: ${reason}.`)
    return []
  },
}

async function measureWithRedis(context: RowContext): Promise<Comparison[]> {
  const redis = await startRedis()
  const client = new Redis(redis.url)
  const children: Child[] = []
  try {
    for (const { kind } of servers) children.push(await startChild('queueing-server', [kind, redis.url]))
    return await measureAll(context, client, children)
  } finally {
    client.disconnect()
    await Promise.all(children.map((child) => child.stop()))
    await redis.stop()
  }
}

async function measureAll(
  { isQuick }: RowContext,
  client: Redis,
  children: readonly Child[],
): Promise<Comparison[]> {
  const milliseconds = isQuick ? 250 : 800
  const request = delivery()
  const candidates = servers.flatMap(({ name, role }, at) => {
    const child = children[at]
    if (child === undefined) return []
    const sample = async () => {
      const { cpuUs: before = Number.NaN } = await child.ask('cpu')
      const { requests, seconds } = await load(child.ready.port ?? 0, request, {
        connections: CONNECTIONS,
        milliseconds,
      })
      const { cpuUs: after = Number.NaN } = await child.ask('cpu')
      // Nobody works on them.
      await client.flushall()
      return { perSecond: requests / seconds, cpuUs: (after - before) / requests }
    }
    return [{ name, role, sample }]
  })
  for (const { sample } of [...candidates, ...candidates]) await sample()
  const samples = await interleave(candidates, isQuick ? 3 : 9)
  return [
    compare(samples, { what: 'deliveries per second', unit: 'req/s', metric: 'perSecond' }),
    compare(samples, { what: 'server CPU per delivery', unit: 'µs', metric: 'cpuUs' }),
  ]
}
