import { randomBytes } from 'node:crypto'
import { createGitHubAuth, pemKey } from '@hubauth/core'
import { startSimulator } from '@hubauth/simulator'
import { withoutRedis } from '@hubauth/stores/redis'
import { expectHidden, rsaKey } from '@hubauth/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisCache } from '../src/index.ts'
import { clientOf, everythingIn, redisForTest } from './on-redis.ts'

const reason = withoutRedis()
const { pkcs1 } = rsaKey()

describe.skipIf(reason !== undefined)(`processes${reason === undefined ? '' : ` (${reason})`}`, () => {
  test('that share a Redis mint once, whatever their clients, and leave no token to be read', async () => {
    const github = await startSimulator({
      apps: [{ id: 1, slug: 'app', privateKey: pkcs1, permissions: { contents: 'read' } }],
      accounts: [{ login: 'acme', installations: [{ app: 'app', id: 7 }] }],
    })
    onTestFinished(() => github.close())
    const redis = await redisForTest()
    const sealWith = randomBytes(32).toString('base64')
    const clients = [await clientOf(redis), await clientOf(redis, 'ioredis 6'), await clientOf(redis)]
    const tokens = await Promise.all(
      clients.map((client) => {
        const cache = redisCache({ client, sealWith })
        const auth = createGitHubAuth({ appId: 1, key: pemKey(pkcs1), baseUrl: github.url, cache })
        return auth.installation({ installationId: 7 }).token()
      }),
    )
    const [token] = tokens
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(1)
    expectHidden(token?.value ?? '', await everythingIn(redis))
  })
})
