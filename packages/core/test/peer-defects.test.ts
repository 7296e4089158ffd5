// One test for each defect of a peer in reference/peers.md §1f, and for complaints of §2, that could be ours as well.
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { createGitHubAuth, memoryCache, pemKey } from '../src/index.ts'
import { ACME, startGitHub } from './github.ts'
import { errorWithCode, rejection } from './rejection.ts'
import { isMint, json, minted, scriptedGitHub } from './scripted-github.ts'

describe('what peers got wrong (§1f)', () => {
  // tprasadtp/go-githubapp: the token is never cached.
  it('a token is reused', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    expect(await time.settle(acme.token())).toBe(await time.settle(acme.token()))
    expect(simulator.mints).toBe(1)
  })

  // tprasadtp/go-githubapp: the documentation says at least 5 minutes, the code says 60 s.
  it('a JWT is handed out with more than a minute left, always', async () => {
    const { time, auth } = scriptedGitHub()
    const { app } = auth()
    for (let step = 0; step < 60; step++) {
      expect((await app.token()).expiresAt - time.clock.now()).toBeGreaterThan(60_000)
      await time.pass(17_000)
    }
  })

  // bradleyfalzon/ghinstallation: the body of an answer other than 2xx is leaked; the scheme is "token".
  it('the body of an answer that is tried again is given up, and the scheme is Bearer', async () => {
    let cancelled = 0
    const { time, auth, sent } = scriptedGitHub(({ path }) =>
      path === '/repos' && cancelled === 0
        ? new Response(new ReadableStream({ cancel: () => void cancelled++ }), { status: 502 })
        : undefined,
    )
    expect((await time.settle(auth().installation({ installationId: 7 }).fetch('/repos'))).status).toBe(200)
    expect(cancelled).toBe(1)
    for (const { headers } of sent) expect(headers.get('authorization')).toMatch(/^Bearer /)
  })

  // jferrl/go-githubauth: the context of the construction stays for ever; cancelling it poisons every later refresh.
  it('the signal of one call ends that call, and nothing later', async () => {
    const { time, auth } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const controller = new AbortController()
    await time.settle(acme.token({ signal: controller.signal }))
    controller.abort('enough')
    await time.pass(3_600_000)
    expect((await time.settle(acme.token())).installationId).toBe(7)
  })

  // jferrl/go-githubauth: the struct of permissions cannot express new ones.
  it('a permission that is newer than this package can be asked for', async () => {
    const { time, auth, sent } = scriptedGitHub()
    await time.settle(
      auth()
        .installation({ installationId: 7, permissions: { brand_new_thing: 'write' } })
        .token(),
    )
    expect(sent.find(isMint)?.body).toBe('{"permissions":{"brand_new_thing":"write"}}')
  })

  // octo-sts: logins are compared case-sensitively.
  it('logins and names of repositories are the same in any letter case', async () => {
    const { time, auth, simulator } = await startGitHub()
    const github = auth()
    await time.settle(github.installation({ owner: 'ACME', repositories: ['API'] }).token())
    await time.settle(github.installation({ owner: 'acme', repositories: ['api'] }).token())
    expect(simulator.mints).toBe(1)
  })

  // Argo CD: every unknown organization lists all installations; getsentry, Link-: an installation is picked silently.
  it('an unknown owner costs three calls at most, no list of installations, and never another installation', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    await errorWithCode('NOT_INSTALLED', time.settle(auth().installation({ owner: 'nobody' }).token()))
    expect(sent.length).toBeLessThanOrEqual(3)
    expect(simulator.count('GET', '/app/installations')).toBe(0)
    expect(simulator.mints).toBe(0)
  })

  // Argo CD, Flux: a lock is held during network calls, so a slow installation blocks all.
  it('a slow installation does not hold up the others', async () => {
    const { time, auth, hang } = await startGitHub({
      accounts: [ACME, { login: 'globex', installation: { id: 8 } }],
    })
    const github = auth()
    hang(({ path }) => path.includes('/7/') || path.includes('/acme/'))
    const slow = rejection(github.installation({ owner: 'acme' }).token())
    await time.idle()
    const startedAt = time.clock.now()
    expect((await time.settle(github.installation({ owner: 'globex' }).token())).installationId).toBe(8)
    expect(time.clock.now()).toBe(startedAt)
    await time.settle(slow)
  })

  // githubkit: one cache for the whole process, whatever the base URL; write and admin have the same key.
  it('two auth objects share nothing unless they are given the same cache', async () => {
    const { time, auth, sent } = scriptedGitHub()
    for (let run = 0; run < 2; run++) await time.settle(auth().installation({ installationId: 7 }).token())
    expect(sent.filter(isMint)).toHaveLength(2)
    const cache = memoryCache({ clock: time.clock })
    for (const baseUrl of ['https://one.example/api/v3', 'https://two.example/api/v3'])
      await time.settle(auth({ cache, baseUrl }).installation({ installationId: 7 }).token())
    expect(sent.filter(isMint)).toHaveLength(4)
  })

  // PSModule, gidgethub, Link-/gh-token#17: exp at exactly ten minutes is refused for any lead of the clock.
  it.each([-59, -30, -1, 1, 30, 59])('a clock that is %i s off needs no second try', async (seconds) => {
    const { time, auth, simulator } = await startGitHub()
    simulator.advance(seconds * 1_000)
    await time.settle(auth().app.fetch('/app'))
    expect(simulator.count({ status: 401 })).toBe(0)
  })

  // Terraform provider (#977): the token is minted once, and dies after an hour.
  it('a handle that is kept for a day always has a token', async () => {
    const { time, auth } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    for (let hour = 0; hour < 24; hour++) {
      expect((await time.settle(acme.fetch('/installation/repositories'))).status).toBe(200)
      await time.pass(3_600_000)
    }
  })

  // Quarkus (#761): an extra GET for every client that is created.
  it('making objects costs no call', async () => {
    const { auth, sent, time } = await startGitHub()
    const github = auth()
    github.forDelivery({ installationId: 7 })
    github.installation({ owner: 'acme' })
    await time.idle()
    expect(sent).toHaveLength(0)
  })
})

describe('what users complained about (§2)', () => {
  // github-aws-runners#5025: byte-identical JWTs of several processes earn a 404.
  it('two processes never sign the same JWT in the same second', async () => {
    const { auth } = scriptedGitHub()
    const tokens = await Promise.all([auth().app.token(), auth().app.token()])
    expect(tokens[0]?.value).not.toBe(tokens[1]?.value)
  })

  // antifailure#51: after new permissions were accepted, the old token earned 403s for an hour.
  it('a token can be replaced when what was granted has changed', async () => {
    const { time, auth, simulator } = await startGitHub({
      accounts: [{ ...ACME, installation: { id: 7, permissions: { issues: 'read' } } }],
    })
    const acme = auth().installation({ owner: 'acme' })
    const before = await time.settle(acme.token())
    simulator.setPermissions(7, { issues: 'write' })
    expect((await time.settle(acme.token({ rejected: before }))).permissions.issues).toBe('write')
  })

  // argo-cd#109: a failed authentication was cached, and people reinstalled to recover.
  it('a failure is not remembered', async () => {
    const { time, auth, simulator } = await startGitHub()
    const github = auth()
    const acme = github.installation({ owner: 'acme' })
    simulator.suspend(7)
    await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.token()))
    simulator.unsuspend(7)
    // Only this one is, until the webhook says otherwise, or for a minute.
    await github.applyDelivery({
      event: 'installation',
      action: 'unsuspend',
      installationId: 7,
      owner: 'acme',
      payload: {},
      body: new Uint8Array(),
    })
    expect((await time.settle(acme.token())).installationId).toBe(7)
  })

  // oxide#49: parallel callers each mint a token.
  it('parallel callers share a mint, also of a handle each', async () => {
    const { time, auth, simulator } = await startGitHub()
    const github = auth()
    await time.settle(
      Promise.all(Array.from({ length: 50 }, () => github.installation({ installationId: 7 }).token())),
    )
    expect(simulator.mints).toBe(1)
  })

  // lock-threads#55, gh-aw#35016: assumptions about the length and the characters of tokens.
  it.each(['ghs_x', `ghs_1_${'a.b-c_'.repeat(200)}`, 'v1.0123456789abcdef'])(
    'a token may be of any length and alphabet: %s',
    async (value) => {
      const { time, auth, sent } = scriptedGitHub((request) =>
        isMint(request) ? minted(value, request.at) : undefined,
      )
      const acme = auth({ cache: memoryCache() }).installation({ installationId: 7 })
      await time.settle(acme.fetch('/repos'))
      expect((await acme.token()).value).toBe(value)
      expect(sent.at(-1)?.headers.get('authorization')).toBe(`Bearer ${value}`)
    },
  )

  // octo-sts#1684: a 403 for a permission was taken for a rate limit.
  it('a 403 for a missing permission is no throttle', async () => {
    const { time, auth, sent } = scriptedGitHub((request) =>
      isMint(request)
        ? undefined
        : json(
            { message: 'Resource not accessible by integration' },
            {
              status: 403,
              headers: { 'x-accepted-github-permissions': 'issues=write', 'x-ratelimit-remaining': '4999' },
            },
          ),
    )
    const startedAt = time.clock.now()
    expect((await time.settle(auth().installation({ installationId: 7 }).fetch('/x'))).status).toBe(403)
    expect([sent.length, time.clock.now()]).toEqual([2, startedAt])
  })

  // langwatch#7047: the key in a shared cache must include the host; peers.md §4.2 names all its parts.
  it('a wrong key for the right app is refused and says so, without a loop', async () => {
    const { time, auth, simulator } = await startGitHub()
    const key = time.trackKey(pemKey(rsaKey({ label: 'second' }).pkcs1))
    await errorWithCode('KEY_REFUSED', time.settle(auth({ key }).installation({ owner: 'acme' }).token()))
    expect(simulator.count()).toBe(1)
  })

  // backstage#33932: tokens of one organization's app were used for another.
  it('an organization without an app of its own gets nobody else’s', () => {
    const key = pemKey(rsaKey().pkcs1)
    const github = createGitHubAuth({ organizations: { acme: { appId: 1, key } } })
    expect(() => github.installation({ owner: 'globex' })).toThrow(/globex/)
  })
})
