import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type GitHubAuth,
  type HubauthEvent,
  memoryCache,
  memoryChangeLog,
  memoryLease,
  type TokenCache,
} from '../../src/index.ts'
import { startGitHub, type TestGitHub } from '../github.ts'
import { errorWithCode } from '../rejection.ts'
import { isMint } from '../scripted-github.ts'

const TWO_ACCOUNTS = [
  { login: 'acme', repositories: [{ name: 'api' }], installation: { id: 7 } },
  { login: 'globex', installation: { id: 8 } },
]

/** A verified delivery, as far as it matters here. */
function delivery(name: string, payload: object = {}, owner = 'acme') {
  const [event = '', action] = name.split('.')
  // GitHub's payloads say when, so no two of them are the same bytes.
  return { event, action, installationId: 7, owner, payload, body: randomBytes(16) }
}

/** Two processes that share a cache, its lease and its changes. */
function processes({ time, auth }: TestGitHub): { one: GitHubAuth; other: GitHubAuth; cache: TokenCache } {
  const { clock } = time
  const cache = {
    ...memoryCache({ clock }),
    lease: memoryLease({ clock }),
    changes: memoryChangeLog({ clock }),
  }
  return { one: auth({ cache }), other: auth({ cache }), cache }
}

const STALE = [
  'installation.created',
  'installation.deleted',
  'installation.suspend',
  'installation.unsuspend',
  'installation.new_permissions_accepted',
  'installation_repositories.added',
  'installation_repositories.removed',
  'installation_target.renamed',
  'repository.renamed',
  'repository.transferred',
]

describe('a delivery that an installation has changed', () => {
  it.each(STALE)('%s makes every process ask for a new token, and one of them mint it', async (name) => {
    const github = await startGitHub()
    const { time, simulator } = github
    const { one, other } = processes(github)
    const handles = [one, other].map((auth) => auth.installation({ owner: 'acme' }))
    const before = await time.settle(Promise.all(handles.map((handle) => handle.token())))
    await time.pass(1_000)
    await one.applyDelivery(delivery(name))
    await time.pass(250)
    const after = await time.settle(Promise.all(handles.map((handle) => handle.token())))
    expect(new Set(before.map(({ value }) => value)).size).toBe(1)
    expect(new Set(after.map(({ value }) => value)).size).toBe(1)
    expect(after[0]?.value).not.toBe(before[0]?.value)
    expect(simulator.mints).toBe(2)
  })

  it.each([
    'installation_repositories',
    'issues.opened',
    'installation.frobnicated',
    'constructor.toString',
    'repository.created',
  ])('is not what %s says', async (name) => {
    const github = await startGitHub()
    const { time, simulator } = github
    const { one } = processes(github)
    const acme = one.installation({ owner: 'acme' })
    await time.settle(acme.token())
    expect(one.heeds(delivery(name))).toBe(false)
    await one.applyDelivery(delivery(name))
    await time.settle(acme.token())
    expect(simulator.mints).toBe(1)
  })

  it('reaches tokens of every scope, and of no other installation', async () => {
    const github = await startGitHub({ accounts: TWO_ACCOUNTS })
    const { time, simulator } = github
    const { one, other } = processes(github)
    const targets = [
      { owner: 'acme' },
      { owner: 'acme', repositories: ['api'] },
      { installationId: 7, permissions: { contents: 'read' } },
      { installationId: 8 },
    ] as const
    const all = () =>
      Promise.all([one, other].flatMap((auth) => targets.map((target) => auth.installation(target).token())))
    await time.settle(all())
    expect(simulator.mints).toBe(4)
    await one.applyDelivery(delivery('installation.new_permissions_accepted'))
    await time.pass(250)
    await time.settle(all())
    expect(simulator.mints).toBe(7)
  })

  it('keeps a token whose mint began before it out of memory and out of the shared cache', async () => {
    const github = await startGitHub()
    const { time, simulator, sent } = github
    const { one, other } = processes(github)
    const acme = other.installation({ installationId: 7 })
    const resume = github.hang(isMint)
    const early = acme.token()
    await time.pass(0)
    expect(sent.filter(isMint)).toHaveLength(1)
    await one.applyDelivery(delivery('installation.new_permissions_accepted'))
    resume()
    // The mint that hung is given up, and repeated in the same call.
    await time.settle(early.catch(() => undefined))
    const mints = simulator.mints
    await time.pass(250)
    await time.settle(acme.token())
    await time.settle(one.installation({ installationId: 7 }).token())
    expect(simulator.mints).toBeLessThanOrEqual(mints + 1)
    await time.pass(250)
    const [a, b] = await time.settle(
      Promise.all([acme.token(), one.installation({ installationId: 7 }).token()]),
    )
    expect(a.value).toBe(b.value)
  })

  it('is known to the process that was idle, before it serves a token', async () => {
    const github = await startGitHub()
    const { time } = github
    const { one, other } = processes(github)
    const acme = other.installation({ installationId: 7 })
    const before = await time.settle(acme.token())
    await time.pass(600_000)
    await one.applyDelivery(delivery('installation_repositories.removed'))
    expect((await time.settle(acme.token())).value).not.toBe(before.value)
  })

  it('is told to the observer here and elsewhere, with what was dropped', async () => {
    const github = await startGitHub()
    const { time, auth } = github
    const { cache } = processes(github)
    const events: HubauthEvent[] = []
    const one = auth({ cache })
    const other = auth({ cache, observe: (event) => events.push(event) })
    const acme = other.installation({ installationId: 7 })
    await time.settle(acme.token())
    await one.applyDelivery(delivery('installation.suspend'))
    await time.pass(250)
    await time.settle(acme.token())
    const told = events.filter(({ type }) => type === 'change' || type === 'evict')
    expect(told).toMatchObject([
      { type: 'change', origin: 'elsewhere' },
      { type: 'evict', reason: 'changed', installationId: 7 },
    ])
  })

  it('drops tokens once, however often somebody replays it under other ids', async () => {
    const github = await startGitHub()
    const { time, simulator } = github
    const { one } = processes(github)
    const acme = one.installation({ installationId: 7 })
    const captured = delivery('installation.new_permissions_accepted')
    await time.settle(acme.token())
    for (let at = 0; at < 20; at++) {
      await one.applyDelivery({ ...captured })
      await time.settle(acme.token())
    }
    expect(simulator.mints).toBe(2)
  })

  it('that names nothing, or nonsense, changes nothing and fails nobody', async () => {
    const github = await startGitHub()
    const { one } = processes(github)
    for (const payload of [
      {},
      { changes: null },
      { changes: { owner: { from: null } } },
      { account: 7 },
      { repository: null },
    ]) {
      for (const name of STALE)
        await one.applyDelivery({ ...delivery(name, payload), owner: undefined, installationId: undefined })
    }
    expect(STALE.every((name) => one.heeds(delivery(name)))).toBe(true)
  })
})

describe('a lookup', () => {
  it('of a repository that moved to another account finds its new installation at once, in every process', async () => {
    const github = await startGitHub({ accounts: TWO_ACCOUNTS })
    const { time, simulator } = github
    const { one, other } = processes(github)
    const api = other.installation({ owner: 'acme', repository: 'api' })
    expect((await time.settle(api.token())).installationId).toBe(7)
    simulator.transferRepository('acme/api', 'globex')
    const changes = { owner: { from: { organization: { login: 'acme' } } } }
    const repository = { name: 'api', owner: { login: 'globex' } }
    await one.applyDelivery({
      ...delivery('repository.transferred', { repository, changes }, 'globex'),
      installationId: 8,
    })
    await time.pass(250)
    expect((await time.settle(api.token())).installationId).toBe(8)
  })

  it('of an account that removed the app says so at once, in every process', async () => {
    const github = await startGitHub()
    const { time, simulator } = github
    const { one, other } = processes(github)
    const acme = other.installation({ owner: 'acme' })
    await time.settle(acme.token())
    simulator.uninstall(7)
    await one.applyDelivery(delivery('installation.deleted'))
    await time.pass(250)
    await errorWithCode('NOT_INSTALLED', time.settle(acme.token()))
  })
})

describe('a suspended installation', () => {
  it('is asked about once, and answers at once from then on', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    const acme = auth().installation({ installationId: 7 })
    simulator.suspend(7)
    const first = await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.token()))
    const before = sent.length
    for (let at = 0; at < 100; at++) {
      const error = await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.token()))
      expect(error.message).toBe(first.message)
    }
    expect(sent).toHaveLength(before)
  })

  it('answers at once for every scope of it', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    simulator.suspend(7)
    await errorWithCode(
      'INSTALLATION_SUSPENDED',
      time.settle(auth().installation({ installationId: 7 }).token()),
    )
    const app = auth()
    await errorWithCode(
      'INSTALLATION_SUSPENDED',
      time.settle(app.installation({ installationId: 7 }).token()),
    )
    const before = sent.length
    const narrow = app.installation({ installationId: 7, repositories: ['api'] })
    await errorWithCode('INSTALLATION_SUSPENDED', time.settle(narrow.token()))
    expect(sent).toHaveLength(before)
  })

  it('works again in every process as soon as the webhook says so', async () => {
    const github = await startGitHub()
    const { time, simulator } = github
    const { one, other } = processes(github)
    const acme = other.installation({ installationId: 7 })
    simulator.suspend(7)
    await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.token()))
    simulator.unsuspend(7)
    await one.applyDelivery(delivery('installation.unsuspend'))
    await time.pass(250)
    expect((await time.settle(acme.token())).installationId).toBe(7)
  })

  it('is asked about in the background once a minute, in case the webhook is lost', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    const acme = auth().installation({ installationId: 7 })
    simulator.suspend(7)
    await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.token()))
    await time.pass(60_000)
    await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.token()))
    await time.pass(1_000)
    await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.token()))
    expect(sent.filter(isMint)).toHaveLength(2)
    simulator.unsuspend(7)
    await time.pass(60_000)
    await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.token()))
    await time.pass(1_000)
    expect((await time.settle(acme.token())).installationId).toBe(7)
  })
})
