import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { redisCache } from '@hubauth/cache-redis'
import { createGitHubAuth, type GitHubAuth, pemKey, type TokenCache } from '@hubauth/core'
import type { Redis } from 'ioredis'
import { forEach, withRedis } from './measured-redis.ts'
import { type CommandCounts, commandsPer, usedBytes } from './redis-stats.ts'

const HOUR_MS = 3_600_000
const MINTS = 1_000
const BUSY_MS = 4_000

/** What tokens of one length take in Redis. */
export interface TokenBytes {
  readonly length: number
  readonly tokens: number
  readonly bytesEach: number
}

/** What Redis is asked for tokens. */
export interface TokenCommands {
  readonly mint: CommandCounts
  /** When another process has minted. */
  readonly shared: CommandCounts
  /** Of one process that asks for tokens all the time, which it has in memory. */
  readonly perBusySecond: CommandCounts
  readonly callsPerBusySecond: number
}

/** @param sizes How many tokens; more than one shows how it grows. */
export async function tokenBytes(length: number, sizes: readonly number[]): Promise<readonly TokenBytes[]> {
  return withRedis(async ({ client }) => {
    const cache = redisCache({ client, sealWith: randomBytes(32).toString('base64') })
    const { key, value } = await keptForm(cache, length)
    await client.flushall()
    const empty = await usedBytes(client)
    const measured: TokenBytes[] = []
    let tokens = 0
    for (const size of sizes) {
      const from = tokens
      await forEach(size - from, (at) => cache.set(`${key}${from + at}`, value, Date.now() + HOUR_MS))
      tokens = size
      measured.push({ length, tokens, bytesEach: ((await usedBytes(client)) - empty) / tokens })
    }
    return measured
  })
}

export async function tokenCommands(): Promise<TokenCommands> {
  return withRedis(async ({ client }) => {
    const sealWith = randomBytes(32).toString('base64')
    const auth = () => authWith(redisCache({ client, sealWith }))
    const [first, second] = [auth(), auth()]
    const all = (one: GitHubAuth) => () =>
      forEach(MINTS, (at) => one.installation({ installationId: at + 1 }).token())
    const mint = await commandsPer(client, MINTS, all(first))
    const shared = await commandsPer(client, MINTS, all(second))
    return { mint, shared, ...(await busy(client, first)) }
  })
}

async function busy(
  client: Redis,
  auth: GitHubAuth,
): Promise<Pick<TokenCommands, 'perBusySecond' | 'callsPerBusySecond'>> {
  let calls = 0
  const perBusySecond = await commandsPer(client, BUSY_MS / 1_000, async () => {
    for (const endAt = Date.now() + BUSY_MS; Date.now() < endAt; calls += 100) {
      for (let at = 1; at <= 100; at++) await auth.installation({ installationId: at }).token()
      // Answers of Redis come in between.
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
  return { perBusySecond, callsPerBusySecond: calls / (BUSY_MS / 1_000) }
}

/** What core puts into the cache for a token of GitHub. */
async function keptForm(
  cache: TokenCache,
  length: number,
): Promise<{ readonly key: string; readonly value: string }> {
  let kept = { key: '', value: '' }
  const set: TokenCache['set'] = async (key, value) => {
    kept = { key, value }
  }
  await authWith({ ...cache, set }, length)
    .installation({ installationId: 1_000_000 })
    .token()
  return kept
}

function authWith(cache: TokenCache, length = 40): GitHubAuth {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
  return createGitHubAuth({ appId: 1, key: pemKey(String(pem)), cache, fetch: async () => minted(length) })
}

/** What GitHub answers to a mint for an installation with three permissions and all repositories. */
function minted(length: number): Response {
  const body = {
    token: `ghs_${randomBytes(length)
      .toString('hex')
      .slice(0, length - 4)}`,
    expires_at: new Date(Date.now() + HOUR_MS).toISOString(),
    permissions: { contents: 'read', issues: 'write', metadata: 'read' },
    repository_selection: 'all',
  }
  return Response.json(body, { status: 201 })
}
