import { createPrivateKey } from 'node:crypto'
import { redisCache } from '@hubauth/cache-redis'
import { createGitHubAuth, pemKey } from '@hubauth/core'
import { Redis } from 'ioredis'
import { mint, signJwt } from '../limit/hand-written.ts'
import { sharedTokens } from '../limit/shared-tokens.ts'
import { authApp } from '../stubs/auth-app.ts'
import { serveParent } from './parent.ts'

const SEAL_SECRET = 'a secret of the benchmark, of some length'
const HOUR_S = 3_600
const LOOP_MS = 60
const CALLS = 100

const [name = '', redisUrl = '', baseUrl = ''] = process.argv.slice(2)
const { BENCH_PRIVATE_KEY: privateKey = '' } = process.env
const redis = new Redis(redisUrl)

type Call = (installationId: number) => Promise<unknown>

/** One process of a service, by what it gets its tokens from. */
const callers: Readonly<Record<string, () => Call>> = {
  limit() {
    const jwt = signJwt(createPrivateKey(privateKey), 1)
    return sharedTokens(redis, (id) => mint(baseUrl, jwt, id))
  },
  hubauth() {
    const cache = redisCache({ client: redis, sealWith: SEAL_SECRET })
    const auth = createGitHubAuth({ appId: 1, key: pemKey(privateKey), baseUrl, cache })
    return (installationId) => auth.installation({ installationId }).token()
  },
  'auth-app'() {
    const auth = authApp({ baseUrl, privateKey })
    return (installationId) => auth({ type: 'installation', installationId })
  },
  'auth-app with redis'() {
    const cache = {
      get: async (key: string) => (await redis.get(`auth-app:${key}`)) ?? '',
      set: (key: string, value: string) => redis.set(`auth-app:${key}`, value, 'EX', HOUR_S),
    }
    const auth = authApp({ baseUrl, privateKey, cache })
    return (installationId) => auth({ type: 'installation', installationId })
  },
}

const call = callers[name]?.()
if (call === undefined) throw new TypeError(`There is no caller named ${JSON.stringify(name)}.`)

/** Nanoseconds for a call, one after another, of a token that is there. */
async function cached(installationId: number, get: Call): Promise<number> {
  await get(installationId)
  const startedAt = performance.now()
  let calls = 0
  for (; performance.now() - startedAt < LOOP_MS; calls += CALLS)
    for (let at = 0; at < CALLS; at++) await get(installationId)
  return ((performance.now() - startedAt) * 1e6) / calls
}

/** `burst FIRST COUNT CALLERS`: so many installations from a first one on; or `cached INSTALLATION`. */
serveParent({}, async (question) => {
  const [what, ...numbers] = question.split(' ')
  const [first = 0, count = 0, atOnce = 0] = numbers.map(Number)
  if (what === 'cached') return { ns: await cached(first, call) }
  const calls = Array.from({ length: count * atOnce }, (_, at) => call(first + (at % count)))
  await Promise.all(calls)
  return { calls: calls.length }
})
