// One test for each defect of @octokit/auth-app 8.3.1 that was reproduced in reference/octokit.md §1b.
import { githubError } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import {
  type Cache,
  createGitHubAuth,
  memoryCache,
  pemKey,
  plaintextCache,
  type TokenCache,
} from '../src/index.ts'
import { ACME, MINT, startGitHub, timesOf } from './github.ts'
import { isMint, minted, scriptedGitHub } from './scripted-github.ts'
import { timeline } from './timeline.ts'

const HOUR_MS = 3_600_000

/** A cache as people write them for auth-app: it forgets nothing by itself. */
function everlastingCache(): { readonly cache: TokenCache; readonly calls: unknown[][] } {
  const entries = new Map<string, string>()
  const calls: unknown[][] = []
  const cache: Cache = {
    get: async (key) => entries.get(key),
    set: async (...all) => {
      calls.push(all)
      entries.set(all[0], all[1])
    },
    delete: async (key) => void entries.delete(key),
  }
  return { cache: plaintextCache(cache), calls }
}

describe('installation tokens', () => {
  // "TTL is fixed 59 min from the store time; expires_at is stored but never compared"
  it('are not served beyond the expiry that GitHub named, also when a cache kept them longer', async () => {
    const { cache } = everlastingCache()
    const { time, auth } = await startGitHub()
    const first = await time.settle(auth({ cache }).installation({ installationId: 7 }).token())
    await time.pass(HOUR_MS - 59_999)
    const second = await time.settle(auth({ cache }).installation({ installationId: 7 }).token())
    expect(second.value).not.toBe(first.value)
  })

  // app.js#52: "a token can be returned with 60 s left; no minimum-validity parameter"
  it('last as long as the caller says it needs them', async () => {
    const { time, auth } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    await time.settle(acme.token())
    await time.pass(HOUR_MS - 1_200_000)
    const token = await time.settle(acme.token({ minRemainingMs: 1_800_000 }))
    expect(token.expiresAt - time.clock.now()).toBe(HOUR_MS)
  })

  // "set receives exactly 2 args"; "cache exception fails the call"
  it('are given to a cache with their expiry, and survive its failure', async () => {
    const { cache, calls } = everlastingCache()
    const { time, auth } = await startGitHub()
    const token = await time.settle(auth({ cache }).installation({ installationId: 7 }).token())
    expect(calls).toEqual([[expect.any(String), expect.any(String), token.expiresAt - 60_000]])
    const down = () => Promise.reject(new Error('redis down'))
    const broken = plaintextCache({ get: down, set: down, delete: down })
    const other = auth({ cache: broken, onProblem: () => undefined }).installation({ installationId: 7 })
    expect((await time.settle(other.token())).installationId).toBe(7)
  })

  // "Key format installationId|repositoryIds|…: no appId, no baseUrl"; "Value format: plain text"
  it('have the app and the host in their cache key, and no secret', async () => {
    const { cache, calls } = everlastingCache()
    const { time, auth, simulator } = await startGitHub()
    const token = await time.settle(auth({ cache }).installation({ installationId: 7 }).token())
    const key = String(calls[0]?.[0])
    for (const part of [simulator.url, simulator.app.clientId, '7']) expect(key).toContain(part)
    expect(key).not.toContain(token.value)
    expect(() => auth({ cache: { ...cache, protection: undefined } as unknown as TokenCache })).toThrow(
      /sealedCache/,
    )
  })

  // "pendingPromises is global and lacks app/host: both receive host A's token" (verified defect 3)
  it('of two apps on two hosts that are minted at the same moment are two tokens', async () => {
    const github = scriptedGitHub()
    const hosts = ['https://one.example/api/v3', 'https://two.example/api/v3']
    const tokens = await github.time.settle(
      Promise.all(
        hosts.map((baseUrl, index) =>
          github
            .auth({ baseUrl, appId: index + 1 })
            .installation({ installationId: 7 })
            .token(),
        ),
      ),
    )
    expect(tokens[0]?.value).not.toBe(tokens[1]?.value)
    const minting = github.sent.filter(isMint).map(({ url }) => new URL(url).host)
    expect(minting.sort()).toEqual(['one.example', 'two.example'])
  })

  // Verified defects 1 and 2: one key for a repository "contents" and the permission contents: read; write equals admin.
  it('never have more, or other, permissions and repositories than were asked for', async () => {
    const permissions = { contents: 'read', organization_projects: 'admin' } as const
    const { time, auth } = await startGitHub({
      accounts: [{ ...ACME, repositories: [{ name: 'contents' }], installation: { id: 7, permissions } }],
    })
    const github = auth()
    const named = await time.settle(
      github.installation({ owner: 'acme', repositories: ['contents'] }).token(),
    )
    const narrow = await time.settle(
      github.installation({ owner: 'acme', permissions: { contents: 'read' } }).token(),
    )
    const admin = await time.settle(
      github.installation({ owner: 'acme', permissions: { organization_projects: 'admin' } }).token(),
    )
    const write = await time.settle(
      github.installation({ owner: 'acme', permissions: { organization_projects: 'write' } }).token(),
    )
    expect(named.repositories).toEqual(['acme/contents'])
    expect(narrow.permissions).toEqual({ contents: 'read', metadata: 'read' })
    expect(admin.permissions.organization_projects).toBe('admin')
    expect(write.permissions.organization_projects).toBe('write')
  })

  // Verified defect 4: "refresh:true joins an in-flight non-refresh call (gets the old cached token)"
  it('that were rejected are not what a rejecting caller gets, whatever is in flight', async () => {
    const { time, auth, simulator } = await startGitHub()
    const { cache } = everlastingCache()
    const rejected = await time.settle(auth({ cache }).installation({ installationId: 7 }).token())
    simulator.revokeToken(rejected.value)
    const acme = auth({ cache }).installation({ installationId: 7 })
    const [, renewed] = await time.settle(Promise.all([acme.token(), acme.token({ rejected })]))
    expect(renewed?.value).not.toBe(rejected.value)
  })

  // Verified defect 5: "admin is returned as read; single_file lost; repositories taken from the call"
  it('are the same in every field, fresh or from the cache', async () => {
    const { time, auth } = scriptedGitHub((request) =>
      isMint(request)
        ? minted('ghs_1', request.at, {
            permissions: { organization_projects: 'admin', single_file: 'read' },
            repository_selection: 'selected',
            single_file: '.github/octo.yml',
            repositories: [{ full_name: 'acme/api' }],
          })
        : undefined,
    )
    const cache = memoryCache({ clock: time.clock })
    const fresh = await time.settle(auth({ cache }).installation({ owner: 'acme' }).token())
    const cached = await time.settle(auth({ cache }).installation({ owner: 'acme' }).token())
    expect(fresh.permissions).toEqual({ organization_projects: 'admin', single_file: 'read' })
    expect(fresh.singleFilePaths).toEqual(['.github/octo.yml'])
    expect(cached.value).toBe(fresh.value)
    expect(cached.toJSON()).toEqual(fresh.toJSON())
  })

  // Verified defect 6: "repositoryIds.sort() mutates the caller's array and sorts as strings"; names in other order mint twice
  it("are asked for without changing the caller's lists, in any order", async () => {
    const { time, auth, sent } = scriptedGitHub()
    const github = auth()
    const repositoryIds = Object.freeze([10, 9, 100])
    await time.settle(github.installation({ installationId: 7, repositoryIds }).token())
    await time.settle(github.installation({ installationId: 7, repositoryIds: [100, 9, 10] }).token())
    expect(repositoryIds).toEqual([10, 9, 100])
    expect(sent.filter(isMint).map(({ body }) => body)).toEqual(['{"repository_ids":[9,10,100]}'])
  })

  // Verified defect 7: "createAppAuth mutates the passed log"
  it('are provided by options that are left as they were', () => {
    const options = Object.freeze({ appId: 1, key: Object.freeze(pemKey(rsaKey().pkcs1)), userAgent: 'octo' })
    expect(createGitHubAuth(options).app.appId).toBe(1)
    expect(Object.keys(options)).toEqual(['appId', 'key', 'userAgent'])
  })

  // "never invalidates the cache: 3 requests with a revoked cached token = 3 failures"
  it('that GitHub refuses are replaced in the same call, and in the cache', async () => {
    const { time, auth, simulator } = await startGitHub()
    const cache = memoryCache({ clock: time.clock })
    const acme = auth({ cache }).installation({ owner: 'acme' })
    simulator.revokeToken((await time.settle(acme.token())).value)
    await time.pass(60_000)
    for (let call = 0; call < 3; call++)
      expect((await time.settle(acme.fetch('/installation/repositories'))).status).toBe(200)
    const other = auth({ cache }).installation({ owner: 'acme' })
    expect((await time.settle(other.fetch('/installation/repositories'))).status).toBe(200)
    expect(simulator.mints).toBe(2)
  })

  // "if the request returns 401 and now-createdAt < 5 s: wait 1, 2, 3 s. 403 not retried"
  it.each([401, 403])('that are too new for GitHub (%i) are tried again for ten seconds', async (status) => {
    const { time, auth, simulator, sent } = await startGitHub()
    simulator.fail({ route: '/installation/repositories', times: 3, response: { status } })
    const response = await time.settle(
      auth().installation({ owner: 'acme' }).fetch('/installation/repositories'),
    )
    expect(response.status).toBe(200)
    expect(timesOf(sent, ({ path }) => path.endsWith('/repositories'))).toEqual([0, 1_000, 4_000, 10_000])
  })

  // "Mint failure: no retry. 502 standalone: throws after 1 attempt"
  it('are minted although GitHub stumbles, when they are asked for directly', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.fail({ route: MINT, response: githubError('SERVER_ERROR') })
    expect((await time.settle(auth().installation({ owner: 'acme' }).token())).installationId).toBe(7)
  })

  // "hung fetch: still pending after 15 s, and a second caller joins the same hung promise"
  it('are not lost to a mint that hangs', async () => {
    const { time, auth, hang } = await startGitHub()
    const acme = auth().installation({ installationId: 7 })
    const recover = hang(isMint)
    const hung = acme.token().catch((error: unknown) => error)
    await time.pass(10_000)
    expect(await time.stateOf(hung)).toBe('fulfilled')
    recover()
    expect((await time.settle(acme.token())).installationId).toBe(7)
  })

  // plugin-throttling: "20 installations = 2425 ms" one after the other
  it('are minted side by side, not one after the other', async () => {
    const time = timeline()
    const { auth } = scriptedGitHub(async (request) => {
      if (isMint(request)) await time.clock.sleep(100)
      return undefined
    }, time)
    const github = auth()
    const startedAt = time.clock.now()
    const ids = Array.from({ length: 20 }, (_, index) => index + 1)
    await time.settle(
      Promise.all(ids.map((installationId) => github.installation({ installationId }).token())),
    )
    expect(time.clock.now() - startedAt).toBe(100)
  })

  // requires-app-auth: 22 hard-coded paths decide between JWT and installation token.
  it('are used for every path of an installation, and the JWT for every path of the app', async () => {
    const { time, auth, sent } = scriptedGitHub()
    const github = auth()
    for (const path of ['/app', '/app/installations', '/orgs/acme/installation', '/repos/acme/api']) {
      await time.settle(github.app.fetch(path))
      await time.settle(github.installation({ installationId: 7 }).fetch(path))
    }
    const schemes = sent
      .filter((request) => !isMint(request))
      .map(({ headers }) => headers.get('authorization')?.slice(0, 10))
    expect(schemes).toEqual(Array.from({ length: 4 }, () => ['Bearer eyJ', 'Bearer ghs']).flat())
  })
})
