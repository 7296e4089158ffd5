import { describe, expect, it } from 'vitest'
import { timesOf } from '../github.ts'
import { isMint, json, minted, scriptedGitHub } from '../scripted-github.ts'
import { timeline } from '../timeline.ts'

const ISSUES = '/repos/acme/api/issues'
const isCall = ({ path }: { path: string }) => path.endsWith('/issues')

/** A GitHub that does not know a new token for the first `times` calls. */
function replicating(status: number, times: number, headers: Record<string, string> = {}) {
  const github = scriptedGitHub((request) => {
    if (isMint(request))
      return minted(`ghs_${github.sent.length}`, request.at, { permissions: { issues: 'read' } })
    return isCall(request) && github.sent.filter(isCall).length <= times
      ? json({ message: 'not yet' }, { status, headers })
      : undefined
  })
  return github
}

// octokit/auth-app.js#65 (401), #589 (403: scoped permissions are replicated later), akuity/kargo#5610 (404).
describe('a new token', () => {
  it.each([401, 403, 404])('that earns a %i is tried again after 1, 3 and 6 seconds', async (status) => {
    const { time, auth, sent } = replicating(status, 3)
    const response = await time.settle(auth().installation({ installationId: 7 }).fetch(ISSUES))
    expect(response.status).toBe(200)
    expect(timesOf(sent, isCall)).toEqual([0, 1_000, 4_000, 10_000])
    expect(sent.filter(isMint)).toHaveLength(1)
  })

  it('is tried that often also when GitHub takes its time to answer', async () => {
    const time = timeline()
    const { auth, sent } = scriptedGitHub(async (request) => {
      await time.clock.sleep(300)
      return isCall(request) && sent.filter(isCall).length <= 3 ? json({}, { status: 404 }) : undefined
    }, time)
    const response = await time.settle(auth().installation({ installationId: 7 }).fetch(ISSUES))
    expect(response.status).toBe(200)
    expect(timesOf(sent, isCall)).toEqual([0, 1_300, 4_600, 10_900])
  })

  it('is tried again for a POST as well, since GitHub did nothing yet', async () => {
    const { time, auth, sent } = replicating(403, 1)
    const init = { method: 'POST', body: '{"title":"Snow"}' }
    await time.settle(auth().installation({ installationId: 7 }).fetch(ISSUES, init))
    expect(sent.filter(isCall).map(({ body }) => body)).toEqual([init.body, init.body])
  })

  it('is given up with the answer of GitHub after that', async () => {
    const { time, auth, sent } = replicating(404, 99)
    const response = await time.settle(auth().installation({ installationId: 7 }).fetch(ISSUES))
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ message: 'not yet' })
    expect(sent.filter(isCall)).toHaveLength(4)
  })

  it.each([
    [0, [0]],
    [999, [0]],
    [1_000, [0, 1_000]],
    [4_000, [0, 1_000, 4_000]],
  ])('is given no more than the budget of %i ms', async (retryBudgetMs, times) => {
    const { time, auth, sent } = replicating(404, 99)
    await time.settle(auth({ retryBudgetMs }).installation({ installationId: 7 }).fetch(ISSUES))
    expect(timesOf(sent, isCall)).toEqual(times)
  })

  it('is believed once GitHub has taken it', async () => {
    const { time, auth, sent } = scriptedGitHub((request) =>
      isCall(request) ? json({}, { status: 404 }) : undefined,
    )
    const acme = auth().installation({ installationId: 7 })
    await time.settle(acme.fetch('/installation/repositories'))
    await time.settle(acme.fetch(ISSUES))
    expect(sent.filter(isCall)).toHaveLength(1)
  })

  it('is not new any more ten seconds after its mint', async () => {
    const { time, auth, sent } = replicating(404, 99)
    const acme = auth().installation({ installationId: 7 })
    await time.settle(acme.token())
    await time.pass(10_000)
    await time.settle(acme.fetch(ISSUES))
    expect(timesOf(sent, isCall)).toEqual([0])
  })

  it('with a 403 for a permission that it was minted without is not tried again', async () => {
    const headers = { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' }
    const { time, auth, sent } = replicating(403, 99, headers)
    const response = await time.settle(auth().installation({ installationId: 7 }).fetch(ISSUES))
    expect(response.status).toBe(403)
    expect(sent.filter(isCall)).toHaveLength(1)
  })

  it.each(['issues=read', 'contents=write; issues=read', 'issues=read,metadata=read; issues=read', ''])(
    'with a 403 although it has one of the permissions that would do (%j) is tried again',
    async (accepted) => {
      const { time, auth, sent } = replicating(403, 1, { 'x-accepted-github-permissions': accepted })
      expect((await time.settle(auth().installation({ installationId: 7 }).fetch(ISSUES))).status).toBe(200)
      expect(sent.filter(isCall)).toHaveLength(2)
    },
  )

  it('does not make the JWT of the app wait, which needs no replication', async () => {
    const { time, auth, sent } = scriptedGitHub(() => json({ message: 'Not Found' }, { status: 404 }))
    await time.settle(auth().app.fetch('/app'))
    expect(sent).toHaveLength(1)
  })
})
