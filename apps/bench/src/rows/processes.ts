import { startRedis, withoutRedis } from '@hubauth/stores/redis'
import { type Child, startChild } from '../measure/child.ts'
import { type Comparison, compare } from '../measure/comparison.ts'
import { interleave, type Role } from '../measure/interleave.ts'
import { type TokenStub, withTokenStub } from '../stubs/token-stub.ts'
import { compareOneMint } from './compare-one-mint.ts'
import type { Row, RowContext } from './row.ts'

const PROCESSES = 4
const CALLERS = 250
const INSTALLATIONS = 100
const OURS = 'redisCache'

const services: readonly { readonly kind: string; readonly name: string; readonly role: Role }[] = [
  { kind: 'limit', name: 'memory, Redis, SET NX', role: 'limit' },
  { kind: 'hubauth', name: OURS, role: 'hubauth' },
  { kind: 'auth-app', name: '@octokit/auth-app', role: 'peer' },
  { kind: 'auth-app with redis', name: '@octokit/auth-app, cache in Redis', role: 'peer' },
]

/** What processes that share a Redis ask GitHub for. */
export const processes: Row = {
  name: 'processes',
  title: `${PROCESSES} processes × ${CALLERS} callers, one Redis`,
  limit: 'hand-written: memory, Redis, a lock by SET NX, one promise for all callers of a process',
  async measure(context) {
    const reason = withoutRedis()
    if (reason === undefined) return withTokenStub((stub) => measureWithRedis(context, stub))
    console.log(`The row "processes" is skipped: ${reason}.`)
    return []
  },
}

async function measureWithRedis(context: RowContext, stub: TokenStub): Promise<Comparison[]> {
  process.env.BENCH_PRIVATE_KEY = context.privateKey
  const redis = await startRedis()
  const children: Child[][] = []
  try {
    for (const { kind } of services) {
      const start = () => startChild('token-caller', [kind, redis.url, stub.url])
      children.push(await Promise.all(Array.from({ length: PROCESSES }, start)))
    }
    return await measureAll(context, stub, children)
  } finally {
    await Promise.all(children.flat().map((child) => child.stop()))
    await redis.stop()
  }
}

async function measureAll(
  { isQuick }: RowContext,
  stub: TokenStub,
  children: readonly (readonly Child[])[],
): Promise<Comparison[]> {
  // Each round wants installations that nobody has asked for.
  let next = 1
  const candidates = services.map(({ name, role }, at) => ({
    name,
    role,
    async sample() {
      const own = children[at] ?? []
      const [one, many] = [next, next + 1]
      next += 1 + INSTALLATIONS
      const first = await burst(stub, own, `burst ${one} 1 ${CALLERS}`)
      const all = await burst(stub, own, `burst ${many} ${INSTALLATIONS} 1`)
      const { ns = Number.NaN } = (await own[0]?.ask(`cached ${one}`)) ?? {}
      return { ...first, manyMs: all.ms, manyPosts: all.posts, ns }
    },
  }))
  for (const { sample } of candidates) await sample()
  const samples = await interleave(candidates, isQuick ? 5 : 15)
  return [
    ...compareOneMint(samples, OURS),
    compare(samples, {
      what: `all of them want the same ${INSTALLATIONS} installations: POSTs seen`,
      unit: 'POSTs',
      metric: 'manyPosts',
      target: { of: OURS, by: 'value', atMost: INSTALLATIONS, atLeast: INSTALLATIONS },
    }),
    compare(samples, { what: 'until all have them', unit: 'ms', metric: 'manyMs' }),
    compare(samples, { what: 'then a cached token, per call in one process', unit: 'ns', metric: 'ns' }),
  ]
}

/** Asks all processes at the same time. */
async function burst(
  stub: TokenStub,
  children: readonly Child[],
  question: string,
): Promise<{ readonly ms: number; readonly posts: number }> {
  const startedAt = performance.now()
  await Promise.all(children.map((child) => child.ask(question)))
  const ms = performance.now() - startedAt
  return { ms, posts: (await stub.seen()).posts }
}
