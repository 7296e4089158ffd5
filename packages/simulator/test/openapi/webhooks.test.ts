import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Simulator } from '../../src/index.ts'
import { describeGit, gitClient, withToken } from '../support/git.ts'
import { describedWebhooks, webhookViolations } from '../support/github-schemas.ts'
import { ACCOUNTS, call, startTestGitHub, tokenFor } from '../support/test-github.ts'
import { codeFor, MANIFEST } from './manifest-rows.ts'
import { asApp, asClient, asInstallation, asPersonal, asUser, installationOf } from './row.ts'

interface Heard {
  readonly event: string
  readonly payload: { readonly action?: string }
}

const EVENTS = ['issues', 'issue_comment', 'push', 'repository']

/** A receiver that keeps what it is told. */
async function listener(): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    heard.push({
      event: String(request.headers['x-github-event']),
      payload: JSON.parse(Buffer.concat(chunks).toString()),
    })
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, heard }
}

/** Everything an app can hear of, at least once. */
async function everything(github: Simulator): Promise<void> {
  const headers = await asInstallation('acme')(github)
  const issue = { title: 'A title', body: 'A text' }
  await call(github, 'POST /repos/acme/api/issues', { headers, body: issue })
  for (const body of [{ title: 'Another' }, { body: null }, { state: 'closed' }, { state: 'open' }])
    await call(github, 'PATCH /repos/acme/api/issues/1', { headers, body })
  await call(github, 'POST /repos/acme/api/issues/1/comments', { headers, body: issue })
  const asBob = { headers: await asPersonal('bob')(github), body: issue }
  await call(github, 'POST /repos/bob/tools/issues', asBob)
  await call(github, 'POST /repos/bob/tools/issues/1/comments', asBob)
  await suspendAndBack(github)
  await revokeGrant(github)

  github.addRepository('acme', { name: 'new' })
  github.renameRepository('acme/new', 'newer')
  github.transferRepository('acme/newer', 'bob')
  const installationId = installationOf('acme')(github)
  github.setPermissions(installationId, { issues: 'read' })
  github.setRepositories(installationId, ['api', 'vault'])
  github.setRepositories(installationId, ['vault', 'docs'])
  github.suspend(installationId)
  github.unsuspend(installationId)
  for (const login of ['acme', 'bob', 'mega']) github.renameAccount(login, `${login}-inc`)
  github.uninstall(installationId)
  github.requestInstallation({ account: 'initech', requester: 'octocat' })
  github.install({ account: 'initech', repositories: ['open'] })
}

async function suspendAndBack(github: Simulator): Promise<void> {
  const path = `/app/installations/${installationOf('bob')(github)}/suspended`
  const headers = await asApp(github)
  await call(github, `PUT ${path}`, { headers })
  await call(github, `DELETE ${path}`, { headers })
}

async function revokeGrant(github: Simulator): Promise<void> {
  const { authorization = '' } = await asUser('octocat')(github)
  const endpoint = `DELETE /applications/${github.app.clientId}/grant`
  const body = { access_token: authorization.replace('Bearer ', '') }
  await call(github, endpoint, { headers: await asClient(github), body })
}

async function startTelling(url: string): Promise<Simulator> {
  return await startTestGitHub({
    app: { webhookUrl: url, events: EVENTS },
    accounts: [
      ...ACCOUNTS,
      { login: 'octocat', type: 'User' },
      {
        login: 'bob',
        type: 'User',
        repositories: [{ name: 'tools', issues: [{ title: 'First' }] }],
        installation: {},
      },
      { login: 'mega', type: 'Enterprise', installation: {} },
    ],
  })
}

function namesOf(heard: readonly Heard[]): string[] {
  return heard.map(({ event, payload }) => [event, payload.action ?? []].flat().join('.'))
}

function expectNoViolations(heard: readonly Heard[]): void {
  const names = namesOf(heard)
  for (const [index, { event, payload }] of heard.entries())
    expect(webhookViolations(event, payload.action, payload), names[index]).toEqual([])
}

test('GitHub’s description holds for every webhook, and none that can be sent was left out', async () => {
  const { url, heard } = await listener()
  const github = await startTelling(url)
  await everything(github)
  await codeFor({ ...MANIFEST, hook_attributes: { url } })(github)
  await github.settled()
  expectNoViolations(heard)
  // Only git pushes.
  expect(new Set([...namesOf(heard), 'push'])).toEqual(new Set(describedWebhooks()))
})

describeGit('GitHub’s description holds for the webhook of a push', () => {
  test.for(['acme/api', 'bob/tools'])(
    'to %s, of a commit, of a new branch and of one that is gone',
    async (name) => {
      const { url, heard } = await listener()
      const github = await startTelling(url)
      const git = await gitClient()
      const token = await tokenFor(github, name.replace(/\/.*/, ''))
      await git.ok('clone', '-q', withToken(`${github.url}/${name}.git`, token), 'clone')
      await git.commit('clone', 'new.txt', 'new')
      for (const what of ['main', 'main:topic', ':topic'])
        await git.ok('-C', 'clone', 'push', '-q', 'origin', what)
      await github.settled()
      expect(namesOf(heard)).toEqual(['push', 'push', 'push'])
      expectNoViolations(heard)
    },
  )
})
