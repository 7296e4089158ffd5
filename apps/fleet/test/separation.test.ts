import { randomBytes } from 'node:crypto'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { type LocalRedis, startRedis, withoutRedis } from '@hubauth/stores/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Member } from '../src/member.ts'

const reason = withoutRedis()

/** One process: an app on a host. */
interface Tenant {
  readonly github: Simulator
  readonly member: Member
  readonly installationId: number
}

describe.skipIf(reason !== undefined)(
  `two apps on two hosts that share a Redis and all names${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let redis: LocalRedis
    const hosts: Simulator[] = []
    let tenants: readonly Tenant[]

    beforeAll(async () => {
      redis = await startRedis()
      const sealWith = randomBytes(32).toString('base64')
      // Both hosts give the same ids.
      for (let host = 0; host < 2; host++) hosts.push(await startHost())
      tenants = await Promise.all(
        hosts.flatMap((github) =>
          github.apps.map(async (app): Promise<Tenant> => {
            const member = await Member.start({
              client: 'redis',
              redisUrl: redis.url,
              sealWith,
              prefix: 'fleet:',
              appId: app.id,
              privateKey: app.privateKey,
              baseUrl: github.url,
              webhookSecret: app.webhookSecret,
              timeoutMs: undefined,
            })
            const installation = github.installations.find((one) => one.app === app.slug)
            return { github, member, installationId: installation?.id ?? 0 }
          }),
        ),
      )
    }, 60_000)

    afterAll(async () => {
      await Promise.all((tenants ?? []).map(({ member }) => member.kill()))
      await Promise.all(hosts.map((host) => host.close()))
      await redis?.stop()
    })

    it('have the same ids on both hosts, which is what makes it hard', () => {
      expect(new Set(tenants.map(({ installationId }) => installationId)).size).toBe(2)
    })

    it('give each its own token, which its GitHub takes', async () => {
      const values = await Promise.all(
        tenants.map(async ({ member, installationId }) => {
          const byName = await member.ask('token', { owner: 'acme' })
          const byId = await member.ask('token', { installationId })
          expect(byId).toEqual(byName)
          expect(await member.ask('fetch', { installationId, path: '/installation/repositories' })).toBe(200)
          return byName.value
        }),
      )
      expect(new Set(values).size).toBe(tenants.length)
      expect(values).not.toContain(undefined)
      expect(hosts.map(({ mints }) => mints)).toEqual([2, 2])
    })

    it('give no app the token of another one’s installation, though it is in Redis', async () => {
      const [one, other] = tenants
      const installationId = other?.installationId ?? 0
      expect(await one?.member.ask('token', { installationId })).toEqual({ error: 'NOT_INSTALLED' })
    })
  },
)

function startHost(): Promise<Simulator> {
  return startSimulator({
    apps: [
      { slug: 'one', id: 1 },
      { slug: 'two', id: 2 },
    ],
    accounts: [{ login: 'acme', installations: [{ app: 'one' }, { app: 'two' }] }],
  })
}
