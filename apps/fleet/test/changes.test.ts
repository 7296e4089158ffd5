import { createGitHubAuth, type InstallationTarget, pemKey } from '@hubauth/core'
import { withoutRedis } from '@hubauth/stores/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fleet, startFleet } from '../src/fleet.ts'
import type { Member } from '../src/member.ts'
import type { TokenCall } from '../src/protocol.ts'
import { mintsOf } from './mints-of.ts'
import { type SlowAnswers, slowAnswers } from './slow-answers.ts'
import { until } from './until.ts'

const LESS = { contents: 'read', issues: 'read', metadata: 'read' }
const reason = withoutRedis()

describe.skipIf(reason !== undefined)(
  `a change of an installation that one of four processes is told of${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let fleet: Fleet
    let way: SlowAnswers
    let told: Member
    let others: readonly Member[]
    let taken = 0

    beforeAll(async () => {
      fleet = await startFleet({
        installations: 12,
        repositories: [{ name: 'api', private: true }, { name: 'web' }],
        async baseUrl(github) {
          way = await slowAnswers(github)
          return way.url
        },
      })
      const [first, ...rest] = fleet.members
      if (first === undefined) throw new Error('There is no process.')
      told = first
      others = rest
      const { app, url } = fleet.github
      const auth = createGitHubAuth({ appId: app.id, key: pemKey(app.privateKey), baseUrl: url })
      const body = JSON.stringify({ url: told.webhooks, content_type: 'json' })
      expect((await auth.app.fetch('/app/hook/config', { method: 'PATCH', body })).status).toBe(200)
    }, 60_000)

    afterAll(async () => {
      way?.close()
      await fleet?.close()
    })

    /** An account that no other test uses, and its installation. */
    function nextAccount(): { readonly owner: string; readonly installationId: number } {
      const at = taken++
      return { owner: `org-${at}`, installationId: fleet.installationIds[at] ?? 0 }
    }

    /** What the processes get that were not told, one after the other. */
    async function all(target: InstallationTarget): Promise<readonly TokenCall[]> {
      const calls: TokenCall[] = []
      for (const member of others) calls.push(await member.ask('token', target))
      return calls
    }

    async function untilAll(
      what: string,
      target: InstallationTarget,
      isSo: (call: TokenCall) => boolean,
    ): Promise<void> {
      await until(what, async () => (await all(target)).every(isSo))
    }

    async function expectTokens(target: InstallationTarget): Promise<string> {
      const values = (await all(target)).map(({ value }) => value)
      expect(new Set(values)).toEqual(new Set([expect.any(String)]))
      return values[0] ?? ''
    }

    it('gives every process one new token with the new permissions', async () => {
      const { installationId } = nextAccount()
      const before = await expectTokens({ installationId })
      fleet.github.setPermissions(installationId, LESS)
      await untilAll(
        'new permissions',
        { installationId },
        ({ permissions }) => permissions?.issues === 'read',
      )
      expect(await expectTokens({ installationId })).not.toBe(before)
      expect(mintsOf(fleet.github, installationId)).toBe(2)
    })

    it('gives every process a new token when repositories are taken away', async () => {
      const { installationId } = nextAccount()
      const before = await expectTokens({ installationId })
      fleet.github.setRepositories(installationId, ['api'])
      await untilAll('new tokens', { installationId }, ({ value }) => value !== undefined && value !== before)
    })

    it('stops every process when the app is uninstalled, until it is installed again', async () => {
      const { owner, installationId } = nextAccount()
      await expectTokens({ installationId })
      await expectTokens({ owner })
      fleet.github.uninstall(installationId)
      await untilAll('not installed', { installationId }, ({ error }) => error === 'NOT_INSTALLED')
      await untilAll('not installed', { owner }, ({ error }) => error === 'NOT_INSTALLED')
      fleet.github.install({ account: owner })
      await untilAll('installed again', { owner }, ({ value }) => value !== undefined)
    })

    it('stops every process while the installation is suspended, without a request', async () => {
      const { installationId } = nextAccount()
      await expectTokens({ installationId })
      fleet.github.suspend(installationId)
      await untilAll('suspended', { installationId }, ({ error }) => error === 'INSTALLATION_SUSPENDED')
      const before = fleet.github.count()
      for (const member of others) {
        const report = await member.ask('burst', { installationIds: [installationId], callers: 100 })
        expect(report.failures).toEqual({ INSTALLATION_SUSPENDED: 100 })
      }
      expect(fleet.github.count()).toBe(before)
      fleet.github.unsuspend(installationId)
      await untilAll('unsuspended', { installationId }, ({ value }) => value !== undefined)
    })

    it('makes every process find a renamed account by its new name only', async () => {
      const { owner } = nextAccount()
      await expectTokens({ owner })
      fleet.github.renameAccount(owner, `${owner}-renamed`)
      await untilAll('gone', { owner }, ({ error }) => error === 'NOT_INSTALLED')
      await expectTokens({ owner: `${owner}-renamed` })
    })

    it('makes every process look up a renamed repository again', async () => {
      const { owner } = nextAccount()
      await expectTokens({ owner, repository: 'api' })
      const route = '/repos/:owner/:repo/installation'
      const before = fleet.github.count('GET', route)
      await expectTokens({ owner, repository: 'api' })
      expect(fleet.github.count('GET', route)).toBe(before)
      fleet.github.renameRepository(`${owner}/api`, 'renamed')
      await until('looked up again', async () => {
        expect((await all({ owner, repository: 'api' })).map(({ error }) => error)).toEqual(
          others.map(() => undefined),
        )
        return fleet.github.count('GET', route) >= before + others.length
      })
      await expectTokens({ owner, repository: 'renamed' })
    })

    it('makes every process follow a repository to another account', async () => {
      const { owner } = nextAccount()
      const buyer = nextAccount()
      fleet.github.addRepository(owner, { name: 'moving' })
      const before = await expectTokens({ owner, repository: 'moving' })
      fleet.github.transferRepository(`${owner}/moving`, buyer.owner)
      const target = { owner, repository: 'moving' }
      await untilAll('other tokens', target, ({ value }) => value !== undefined && value !== before)
      expect(await expectTokens(target)).toBe(await expectTokens({ installationId: buyer.installationId }))
    })

    it('never shares a token that GitHub gave before the change and that arrives after it', async () => {
      const { installationId } = nextAccount()
      const [minting, waiting, idle] = others
      const held = way.holdMint(installationId)
      const early = minting?.ask('token', { installationId })
      const answer = await held
      fleet.github.setPermissions(installationId, LESS)
      await fleet.github.settled()
      const late = waiting?.ask('token', { installationId })
      answer.release()
      expect((await early)?.permissions).toMatchObject({ issues: 'write' })
      expect((await late)?.permissions).toEqual(LESS)
      expect((await idle?.ask('token', { installationId }))?.permissions).toEqual(LESS)
      await untilAll(
        'new permissions',
        { installationId },
        ({ permissions }) => permissions?.issues === 'read',
      )
      expect((await told.ask('token', { installationId })).permissions).toEqual(LESS)
    })

    it('reaches every process after Redis was away when it happened', async () => {
      const { installationId } = nextAccount()
      await expectTokens({ installationId })
      await fleet.redis.kill()
      fleet.github.setPermissions(installationId, LESS)
      await fleet.github.settled()
      expect(fleet.github.deliveries.at(-1)?.statusCode).toBe(200)
      await fleet.redis.start()
      // Nobody asks the one that was told: the others hear of it all the same.
      const others = fleet.members.filter((member) => member !== told)
      await until('new permissions everywhere', async () => {
        const tokens = await Promise.all(others.map((member) => member.ask('token', { installationId })))
        return tokens.every(({ permissions }) => permissions?.issues === 'read')
      })
    })

    it('makes no process print anything', () => {
      expect(fleet.members.map(({ printed }) => printed).join('')).toBe('')
    })
  },
)
