import { describe, expect, it } from 'vitest'
import { ACME, MINT, startGitHub } from '../github.ts'
import { errorWithCode } from '../rejection.ts'
import { isMint, json, scriptedGitHub } from '../scripted-github.ts'

describe('an installation is found', () => {
  it.each([
    ['an organization', { owner: 'acme' }, 7, 'acme'],
    ['an organization in other letters', { owner: 'aCmE' }, 7, 'acme'],
    ['a user', { owner: 'octocat' }, 8, 'octocat'],
    ['a repository', { owner: 'acme', repository: 'api' }, 7, 'acme'],
    ['an enterprise', { enterprise: 'megacorp' }, 9, 'megacorp'],
  ])('by the name of %s', async (_, target, installationId, owner) => {
    const { time, auth } = await startGitHub({
      accounts: [
        ACME,
        { login: 'octocat', type: 'User', installation: { id: 8 } },
        { login: 'megacorp', type: 'Enterprise', installation: { id: 9 } },
      ],
    })
    expect(await time.settle(auth().installation(target).token())).toMatchObject({ installationId, owner })
  })

  it('by the old name of a renamed repository', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.renameRepository('acme/api', 'interface')
    const token = await time.settle(auth().installation({ owner: 'acme', repository: 'api' }).token())
    expect(token.installationId).toBe(7)
  })

  it('by the old name of a repository whose owner was renamed', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.renameAccount('acme', 'acme-corp')
    const token = await time.settle(auth().installation({ owner: 'acme', repository: 'api' }).token())
    expect(token).toMatchObject({ installationId: 7, owner: 'acme-corp' })
  })

  it('without a call when its id is given', async () => {
    const { time, auth, sent } = await startGitHub()
    await time.settle(auth().installation({ installationId: 7, owner: 'acme' }).token())
    expect(sent.map(({ method }) => method)).toEqual(['POST'])
  })

  it('once an hour, not once a handle', async () => {
    const { time, auth, sent } = await startGitHub()
    const app = auth()
    const lookups = () => sent.filter(({ method }) => method === 'GET').length
    for (let minute = 0; minute < 59; minute++) {
      await time.settle(app.installation({ owner: 'acme', permissions: { issues: 'read' } }).token())
      await time.pass(60_000)
    }
    expect(lookups()).toBe(1)
    await time.pass(60_000)
    await time.settle(app.installation({ owner: 'acme' }).token())
    expect(lookups()).toBe(2)
  })

  // curie-eng/curie#1257: an id that was cached for ever broke when the app was installed anew.
  it('anew when the app was uninstalled and installed again, with one more lookup', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    await time.settle(acme.token())
    simulator.uninstall(7)
    const { id } = simulator.install({ account: 'acme' })
    const before = sent.length
    const response = await time.settle(acme.fetch('/installation/repositories'))
    expect(response.status).toBe(200)
    expect((await time.settle(acme.token())).installationId).toBe(id)
    expect(sent.slice(before).filter(({ path }) => path.endsWith('/installation'))).toHaveLength(1)
  })

  it('once more, not again and again, when GitHub keeps saying that the installation is gone', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    simulator.fail({
      route: MINT,
      times: Number.POSITIVE_INFINITY,
      response: { status: 404, body: { message: 'Not Found' } },
    })
    await errorWithCode('NOT_INSTALLED', time.settle(auth().installation({ owner: 'acme' }).token()))
    expect(sent.filter(isMint)).toHaveLength(2)
    expect(sent.filter(({ path }) => path.endsWith('/installation'))).toHaveLength(2)
  })

  it('once for ten callers who all learn that it is gone', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const rejected = await time.settle(acme.token())
    simulator.uninstall(7)
    simulator.install({ account: 'acme' })
    const before = sent.length
    await time.settle(Promise.all(Array.from({ length: 10 }, () => acme.token({ rejected }))))
    expect(sent.slice(before).filter(isMint)).toHaveLength(2)
    expect(sent.slice(before).filter(({ path }) => path.endsWith('/installation'))).toHaveLength(1)
  })

  // octo-sts: the cache of installations never expired (peers.md §1f).
  it('under its new owner when a login changed hands, also by a handle that is kept', async () => {
    const { time, auth, simulator } = await startGitHub({
      accounts: [ACME, { login: 'globex', installation: { id: 8 } }],
    })
    const acme = auth().installation({ owner: 'acme' })
    expect((await time.settle(acme.token())).installationId).toBe(7)
    simulator.renameAccount('acme', 'acme-retired')
    simulator.renameAccount('globex', 'acme')
    await time.pass(3_600_001)
    expect((await time.settle(acme.token())).installationId).toBe(8)
  })
})

describe('an installation is not found', () => {
  it.each([
    ['an unknown owner', { owner: 'nobody' }, 'nobody'],
    ['an owner without the app', { owner: 'globex' }, 'globex'],
    ['an unknown repository', { owner: 'acme', repository: 'nope' }, 'acme/nope'],
    ['an unknown enterprise', { enterprise: 'nobody' }, 'the enterprise nobody'],
  ])('for %s, with the address to install it at', async (_, target, where) => {
    const { time, auth, simulator } = await startGitHub({ accounts: [ACME, { login: 'globex' }] })
    const error = await errorWithCode('NOT_INSTALLED', time.settle(auth().installation(target).token()))
    expect(error.details.installUrl).toBe(`${simulator.url}/apps/hubauth-test-app/installations/new`)
    expect(error.message).toContain(`not installed on ${where}.`)
  })

  it('and looked up again the next time, since somebody may have installed it', async () => {
    const { time, auth, simulator } = await startGitHub({ accounts: [{ login: 'acme' }] })
    const acme = auth().installation({ owner: 'acme' })
    await errorWithCode('NOT_INSTALLED', time.settle(acme.token()))
    simulator.install({ account: 'acme', id: 70 })
    expect((await time.settle(acme.token())).installationId).toBe(70)
  })

  it("without the address when GitHub does not tell the app's slug", async () => {
    const { time, auth } = scriptedGitHub(() => json({ message: 'Not Found' }, { status: 404 }))
    const error = await errorWithCode(
      'NOT_INSTALLED',
      time.settle(auth().installation({ owner: 'acme' }).token()),
    )
    expect(error.details).toEqual({})
  })

  it('with the address that GitHub itself names: on Enterprise Server it is below /github-apps', async () => {
    const { time, auth } = scriptedGitHub(({ path }) =>
      path.endsWith('/app')
        ? json({ slug: 'octo-app', html_url: 'https://octo.example/github-apps/octo-app' })
        : json({ message: 'Not Found' }, { status: 404 }),
    )
    const github = auth({ baseUrl: 'https://octo.example/api/v3' })
    const error = await errorWithCode(
      'NOT_INSTALLED',
      time.settle(github.installation({ owner: 'acme' }).token()),
    )
    expect(error.details.installUrl).toBe('https://octo.example/github-apps/octo-app/installations/new')
  })

  it('with an address on no other host, whatever GitHub names', async () => {
    const { time, auth } = scriptedGitHub(({ path }) =>
      path.endsWith('/app')
        ? json({ slug: 'octo-app', html_url: 'https://evil.example/apps/octo-app' })
        : json({ message: 'Not Found' }, { status: 404 }),
    )
    const error = await errorWithCode(
      'NOT_INSTALLED',
      time.settle(auth().installation({ owner: 'acme' }).token()),
    )
    expect(error.message).not.toContain('evil.example')
  })

  it('within ten seconds when GitHub hangs', async () => {
    const { time, auth, hang } = await startGitHub()
    const recover = hang(({ method }) => method === 'GET')
    const acme = auth().installation({ owner: 'acme' })
    const startedAt = time.clock.now()
    const error = await errorWithCode('TIMEOUT', time.settle(acme.token()))
    expect(error.message).toContain('Looking up the installation on acme')
    expect(time.clock.now() - startedAt).toBe(10_000)
    recover()
    expect((await time.settle(acme.token())).installationId).toBe(7)
  })

  it.each([
    {},
    { owner: '' },
    { owner: 'acme/api' },
    { owner: 'acme', enterprise: 'megacorp' },
    { owner: 'acme', repository: '../app' },
    { owner: '..' },
    { owner: 'acme', repository: '.' },
    { enterprise: 'a b' },
    { repository: 'api' },
    { installationId: 0 },
    { installationId: 1.5 },
    { installationId: '7' },
    { owner: null },
  ])('for %j, which is refused at once', async (target) => {
    const { auth } = scriptedGitHub()
    expect(() => auth().installation(target as { owner: string })).toThrow(TypeError)
  })

  it('on another host, whatever GitHub answers', async () => {
    const { time, auth, sent } = scriptedGitHub(() =>
      Response.redirect('https://evil.example/repos/acme/api/installation', 301),
    )
    const repository = auth().installation({ owner: 'acme', repository: 'api' })
    await errorWithCode('HOST_REFUSED', time.settle(repository.token()))
    expect(sent.every(({ url }) => url.startsWith('https://api.github.com/'))).toBe(true)
  })
})
