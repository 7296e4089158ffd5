import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { createGitHubAuth, pemKey } from '../../src/index.ts'
import { ACME, MINT, startGitHub, timesOf } from '../github.ts'
import { errorWithCode, rejection } from '../rejection.ts'
import { isMint, scriptedGitHub } from '../scripted-github.ts'

const LOOKUP = '/users/{username}/installation'

describe('the tokens of an installation', () => {
  it('are what GitHub says they are', async () => {
    const { simulator, time, auth } = await startGitHub()
    const acme = auth().installation({
      owner: 'ACME',
      repositories: ['API'],
      permissions: { issues: 'write', contents: 'read' },
    })
    const mintedAt = time.clock.now()
    expect(await acme.token()).toMatchObject({
      value: expect.stringMatching(/^ghs_1001001_ey[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresAt: mintedAt + 3_600_000,
      mintedAt,
      installationId: 7,
      owner: 'acme',
      app: simulator.app.clientId,
      permissions: { issues: 'write', contents: 'read', metadata: 'read' },
      repositorySelection: 'selected',
      repositories: ['acme/api'],
    })
  })

  it.each(['stateless', 'classic'] as const)('work in the %s format', async (tokenFormat) => {
    const { auth } = await startGitHub({ tokenFormat })
    const acme = auth().installation({ owner: 'acme' })
    expect((await acme.fetch('/installation/repositories')).status).toBe(200)
  })

  it('are not minted before they are used', async () => {
    const { auth, sent } = await startGitHub()
    auth().installation({ owner: 'acme' })
    expect(sent).toHaveLength(0)
  })

  it('cost one lookup and one mint for a thousand callers', async () => {
    const { simulator, time, auth } = await startGitHub()
    const app = auth()
    const handles = Array.from({ length: 1_000 }, () => app.installation({ owner: 'acme' }))
    const tokens = await time.settle(Promise.all(handles.map((acme) => acme.token())))
    expect(new Set(tokens).size).toBe(1)
    expect(simulator.mints).toBe(1)
    expect(simulator.count('GET', LOOKUP)).toBe(1)
  })

  it('cost one JWT for two hundred installations at once', async () => {
    const { simulator, time, auth } = await startGitHub({
      accounts: Array.from({ length: 200 }, (_, index) => ({ login: `org-${index}`, installation: {} })),
    })
    const app = auth()
    const handles = simulator.installations.map(({ id }) => app.installation({ installationId: id }))
    await time.settle(Promise.all(handles.map((handle) => handle.token())))
    expect(simulator.mints).toBe(200)
    expect(simulator.jwts).toBe(1)
  })

  it('are shared by all handles of the same scope, however it is written', async () => {
    const { simulator, time, auth } = await startGitHub()
    const app = auth()
    const one = app.installation({ owner: 'acme', repositories: ['api', 'web'] })
    const other = app.installation({ owner: 'Acme', repositories: ['WEB', 'api', 'Api'] })
    expect(await time.settle(other.token())).toBe(await time.settle(one.token()))
    expect(simulator.mints).toBe(1)
  })

  it('are never shared between scopes', async () => {
    const { simulator, time, auth } = await startGitHub()
    const app = auth()
    const scopes = [
      {},
      { repositories: ['api'] },
      { repositories: ['web'] },
      { permissions: { contents: 'read' } },
      { permissions: { contents: 'write' } },
      { repositories: ['api'], permissions: { contents: 'read' } },
    ] as const
    const tokens = await time.settle(
      Promise.all(scopes.map((scope) => app.installation({ owner: 'acme', ...scope }).token())),
    )
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(scopes.length)
    expect(simulator.mints).toBe(scopes.length)
  })

  it('name the owner that the handle was made for, also when another handle minted them', async () => {
    const { time, auth } = await startGitHub()
    const app = auth()
    await time.settle(app.installation({ installationId: 7 }).token())
    expect(await time.settle(app.installation({ owner: 'acme' }).token())).toMatchObject({ owner: 'acme' })
  })

  it('do not take over the owner that another handle was given by mistake', async () => {
    const { time, auth } = await startGitHub()
    const app = auth()
    const acme = app.installation({ owner: 'acme' })
    await time.settle(acme.token())
    await time.settle(app.installation({ installationId: 7, owner: 'globex' }).token())
    expect((await time.settle(acme.token())).owner).toBe('acme')
  })

  // auth-app: the map of what is in flight was global and knew neither app nor host (octokit.md §1b, defect 3).
  it('are never shared between two apps, or two hosts, with the same installation id', async () => {
    const one = await startGitHub({ app: { id: 1, slug: 'one' } })
    const other = await startGitHub({ app: { id: 2, slug: 'other' } })
    const tokens = await Promise.all(
      [one, other].map(({ auth }) => auth().installation({ installationId: 7 }).token()),
    )
    expect(tokens.map(({ app }) => app)).toEqual([one.simulator.app.clientId, other.simulator.app.clientId])
    expect(tokens[0]?.value).not.toBe(tokens[1]?.value)
    expect([one.simulator.mints, other.simulator.mints]).toEqual([1, 1])
  })

  it('trust the expiry that GitHub names, not an hour', async () => {
    const { time, auth, sent } = scriptedGitHub((request) =>
      isMint(request)
        ? Response.json(
            { token: `ghs_${request.at}`, expires_at: new Date(request.at + 600_000).toISOString() },
            { status: 201 },
          )
        : undefined,
    )
    const handle = auth().installation({ installationId: 7 })
    const first = await time.settle(handle.token())
    expect(first.expiresAt).toBe(time.clock.now() + 600_000)
    await time.pass(540_001)
    expect((await time.settle(handle.token())).value).not.toBe(first.value)
    expect(sent.filter(isMint)).toHaveLength(2)
  })

  it('are forgotten oldest first when more than maxTokens are known', async () => {
    const { auth, sent, time } = scriptedGitHub()
    const app = auth({ maxTokens: 2 })
    for (const installationId of [1, 2, 3, 2, 1])
      await time.settle(app.installation({ installationId }).token())
    expect(sent.filter(isMint).map(({ path }) => path.split('/')[3])).toEqual(['1', '2', '3', '1'])
  })

  it('are given up after ten seconds when the mint hangs, and the next caller gets one', async () => {
    const { time, auth, hang, simulator } = await startGitHub()
    const acme = auth().installation({ installationId: 7 })
    const recover = hang(isMint)
    const startedAt = time.clock.now()
    const error = await errorWithCode('TIMEOUT', time.settle(acme.token()))
    expect(error.message).toContain('Minting a token for installation 7 took longer than 10000 ms')
    expect(error.retryable).toBe(true)
    expect(time.clock.now() - startedAt).toBe(10_000)
    recover()
    expect((await time.settle(acme.token())).installationId).toBe(7)
    expect(simulator.mints).toBe(1)
  })

  it('are given up after timeoutMs when that is set', async () => {
    const { time, auth, hang } = await startGitHub()
    hang(isMint)
    const startedAt = time.clock.now()
    await errorWithCode(
      'TIMEOUT',
      time.settle(auth({ timeoutMs: 2_000 }).installation({ installationId: 7 }).token()),
    )
    expect(time.clock.now() - startedAt).toBe(2_000)
  })

  it('come to those who wait when one of them aborts', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const controller = new AbortController()
    const given = rejection(acme.token({ signal: controller.signal }))
    const others = Promise.all([acme.token(), acme.token()])
    controller.abort('enough')
    expect(await given).toBe('enough')
    expect(await time.settle(others)).toHaveLength(2)
    expect(simulator.mints).toBe(1)
  })

  it('are not looked up or minted for a caller who aborted before, and nothing else fails for it', async () => {
    const { time, auth, sent } = await startGitHub()
    const nobody = auth().installation({ owner: 'nobody' })
    expect(await rejection(nobody.token({ signal: AbortSignal.abort('enough') }))).toBe('enough')
    await time.idle()
    expect(sent).toHaveLength(0)
  })

  it('are replaced once when ten callers reject the same one', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const rejected = await time.settle(acme.token())
    const renewed = await time.settle(Promise.all(Array.from({ length: 10 }, () => acme.token({ rejected }))))
    expect(new Set(renewed).size).toBe(1)
    expect(renewed[0]?.value).not.toBe(rejected.value)
    expect(simulator.mints).toBe(2)
  })

  it('pause 15 s after a background renewal failed, for all handles together', async () => {
    const problems: unknown[] = []
    const { time, auth, simulator } = await startGitHub()
    const app = auth({ onProblem: (error) => problems.push(error) })
    await time.settle(app.installation({ installationId: 7 }).token())
    await time.pass(3_600_000 - 240_000)
    const outage = simulator.fail({ route: MINT, times: Number.POSITIVE_INFINITY, response: { status: 422 } })
    for (let request = 0; request < 10; request++) {
      await time.settle(app.installation({ installationId: 7 }).token())
      await time.pass(1_000)
    }
    expect(outage.hits).toBe(1)
    expect(problems).toHaveLength(1)
  })

  it('are served when a reporter of problems fails itself', async () => {
    const { time, auth, simulator } = await startGitHub()
    const app = auth({
      onProblem: () => {
        throw new Error('the log is full')
      },
    })
    const token = await time.settle(app.installation({ installationId: 7 }).token())
    await time.pass(3_600_000 - 240_000)
    simulator.fail({ route: MINT, response: { status: 422 } })
    expect(await time.settle(app.installation({ installationId: 7 }).token())).toBe(token)
    await time.idle()
  })

  it('are minted again every hour of a long life, and never served dead', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    for (let quarter = 0; quarter < 40; quarter++) {
      expect((await time.settle(acme.fetch('/installation/repositories'))).status).toBe(200)
      await time.pass(900_000)
    }
    expect(simulator.mints).toBeLessThanOrEqual(11)
  })

  it('belong to the app of the auth object, not to the process', async () => {
    const github = await startGitHub({ accounts: [ACME] })
    const options = { key: pemKey(rsaKey().pkcs1), baseUrl: github.simulator.url, clock: github.time.clock }
    for (let run = 0; run < 2; run++) {
      await createGitHubAuth({ appId: github.simulator.app.id, ...options })
        .installation({ owner: 'acme' })
        .token()
    }
    expect(github.simulator.mints).toBe(2)
    expect(timesOf(github.sent, isMint)).toEqual([])
  })
})
