import { describe, expect, test } from 'vitest'
import { START_SECONDS } from './support/app-jwt.ts'
import { describeGit, gitClient, withToken } from './support/git.ts'
import { webhookViolations } from './support/github-schemas.ts'
import { type Act, api, listening } from './support/listening-app.ts'
import { installationId, tokenFor } from './support/test-github.ts'
import { names, only, payloadOf } from './support/webhook-receiver.ts'

const ISSUE = 'PATCH /repos/acme/api/issues/1'
const CASES: readonly (readonly [name: string, act: Act, members: object])[] = [
  [
    'installation.created',
    (github) => {
      github.requestInstallation({ account: 'initech', requester: 'bob' })
      github.install({ account: 'initech', repositories: ['open'] })
    },
    {
      installation: { account: { login: 'initech' }, repository_selection: 'selected' },
      repositories: [{ name: 'open', full_name: 'initech/open', private: false }],
      requester: { login: 'bob' },
    },
  ],
  [
    'installation.deleted',
    (github) => github.uninstall(installationId(github, 'globex')),
    { repositories: [{ full_name: 'globex/web' }], installation: { account: { login: 'globex' } } },
  ],
  [
    'installation.suspend',
    (github) => github.suspend(installationId(github, 'acme')),
    { installation: { suspended_at: '2026-01-01T00:00:00Z' } },
  ],
  [
    'installation.new_permissions_accepted',
    (github) => github.setPermissions(installationId(github, 'acme'), { checks: 'write' }),
    { installation: { permissions: { checks: 'write', metadata: 'read' } } },
  ],
  [
    'installation_repositories.added',
    (github) => github.setRepositories(installationId(github, 'globex'), ['web', 'hidden']),
    { repositories_added: [{ name: 'hidden' }], repositories_removed: [], repository_selection: 'selected' },
  ],
  [
    'installation_repositories.removed',
    (github) => github.setRepositories(installationId(github, 'acme'), ['api', 'docs']),
    { repositories_added: [], repositories_removed: [{ full_name: 'acme/vault' }] },
  ],
  [
    'installation_target.renamed',
    (github) => github.renameAccount('acme', 'apex'),
    { account: { login: 'apex' }, changes: { login: { from: 'acme' } }, target_type: 'Organization' },
  ],
  [
    'installation_target.renamed',
    (github) => github.renameAccount('mega', 'giga'),
    { account: { slug: 'giga' }, changes: { slug: { from: 'mega' } }, target_type: 'Enterprise' },
  ],
  [
    'issues.opened',
    (github) => api(github, 'POST /repos/acme/api/issues', { title: 'Second', body: 'Text' }),
    {
      issue: { number: 2, title: 'Second', body: 'Text', state: 'open', user: { type: 'Bot' } },
      repository: { full_name: 'acme/api' },
      organization: { login: 'acme' },
      sender: { login: 'hubauth-test-app[bot]' },
    },
  ],
  [
    'issues.edited',
    (github) => api(github, ISSUE, { title: 'Renamed', body: 'Other' }),
    { changes: { title: { from: 'First' }, body: { from: 'Hello' } }, issue: { title: 'Renamed' } },
  ],
  ['issues.closed', (github) => api(github, ISSUE, { state: 'closed' }), { issue: { state: 'closed' } }],
  [
    'issue_comment.created',
    (github) => api(github, 'POST /repos/acme/api/issues/1/comments', { body: 'Me too' }),
    { comment: { body: 'Me too' }, issue: { number: 1, comments: 1 } },
  ],
  [
    'repository.created',
    (github) => github.addRepository('acme', { name: 'fresh' }),
    { repository: { full_name: 'acme/fresh' } },
  ],
  [
    'repository.renamed',
    (github) => github.renameRepository('acme/api', 'core'),
    { repository: { full_name: 'acme/core' }, changes: { repository: { name: { from: 'api' } } } },
  ],
  [
    'repository.transferred',
    (github) => github.transferRepository('initech/open', 'acme'),
    {
      repository: { full_name: 'acme/open' },
      changes: { owner: { from: { organization: { login: 'initech' } } } },
    },
  ],
  [
    'repository.transferred',
    (github) => github.transferRepository('bob/dotfiles', 'acme'),
    { changes: { owner: { from: { user: { login: 'bob' } } } } },
  ],
  [
    'github_app_authorization.revoked',
    (github) => {
      github.authorize({ login: 'bob' })
      github.revokeAuthorization('bob')
    },
    { sender: { login: 'bob' } },
  ],
  [
    'ping',
    (github) => github.ping(),
    { zen: expect.any(String), hook: { type: 'App', name: 'web', active: true } },
  ],
]

describe('GitHub’s description of webhooks holds', () => {
  test.for(CASES)('for %s', async ([name, act, members]) => {
    const { github, receiver } = await listening()
    await act(github)
    await github.settled()
    expect(names(receiver.received)).toEqual([name])
    const payload = payloadOf(only(receiver.received))
    const [event = '', action] = name.split('.')
    expect(webhookViolations(event, action, payload)).toEqual([])
    expect(payload).toMatchObject(members)
  })

  test('for what follows a state: unsuspend, reopened', async () => {
    const { github, receiver } = await listening()
    github.suspend(installationId(github, 'acme'))
    github.unsuspend(installationId(github, 'acme'))
    await api(github, ISSUE, { state: 'closed' })
    await api(github, ISSUE, { state: 'open' })
    await github.settled()
    const heard = names(receiver.received)
    expect(heard.toSorted()).toEqual(
      ['installation.suspend', 'installation.unsuspend', 'issues.closed', 'issues.reopened'].toSorted(),
    )
    for (const [index, name] of heard.entries()) {
      const [event = '', action] = name.split('.')
      const delivery = receiver.received[index]
      expect(delivery && webhookViolations(event, action, payloadOf(delivery))).toEqual([])
    }
  })
})

describeGit('A push over git', () => {
  test('is told with its commits, as GitHub describes it', async () => {
    const { github, receiver } = await listening()
    const git = await gitClient()
    const token = await tokenFor(github, 'acme')
    await git.ok('clone', '-q', withToken(`${github.url}/acme/api.git`, token), 'api')
    const before = await git.ok('-C', 'api', 'rev-parse', 'HEAD')
    const first = await git.commit('api', 'a.txt', 'a')
    const second = await git.commit('api', 'b.txt', 'b')
    await git.ok('-C', 'api', 'push', '-q')
    await receiver.until(1)
    await git.ok('-C', 'api', 'push', '-q', 'origin', 'HEAD:refs/heads/other')
    await receiver.until(2)
    await git.ok('-C', 'api', 'push', '-q', 'origin', ':other')
    await receiver.until(3)
    await git.ok('-C', 'api', 'push', '-q', '--force', 'origin', `${first}:main`)
    await receiver.until(4)
    const [push, created, deleted, forced] = receiver.received.map(payloadOf)
    for (const payload of [push, created, deleted, forced])
      expect(webhookViolations('push', undefined, payload)).toEqual([])
    expect(push).toMatchObject({
      ref: 'refs/heads/main',
      before,
      after: second,
      created: false,
      deleted: false,
      forced: false,
      compare: `${github.url}/acme/api/compare/${before.slice(0, 12)}...${second.slice(0, 12)}`,
      commits: [
        { id: first, added: ['a.txt'], message: 'Add a.txt', timestamp: '2026-01-02T03:04:05+01:00' },
        { id: second, added: ['b.txt'], author: { name: 'Ada', email: 'ada@example.com' } },
      ],
      head_commit: { id: second, url: `${github.url}/acme/api/commit/${second}` },
      pusher: { name: 'hubauth-test-app[bot]' },
      repository: { pushed_at: START_SECONDS, url: `${github.url}/acme/api` },
      installation: { id: installationId(github, 'acme') },
    })
    const other = { created: true, compare: `${github.url}/acme/api/compare/other`, commits: [] }
    expect(created).toMatchObject({ ...other, head_commit: { id: second } })
    expect(forced).toMatchObject({ forced: true, before: second, after: first, head_commit: { id: first } })
    expect(deleted).toMatchObject({ deleted: true, commits: [], head_commit: null, after: '0'.repeat(40) })
  })
})

describe('A payload', () => {
  test('is what was true when it happened, however late it is sent', async () => {
    const { github, receiver } = await listening()
    const fault = github.failDeliveries({ fault: 'reorder', times: 2 })
    await api(github, 'POST /repos/acme/api/issues', { title: 'Early' })
    github.renameRepository('acme/api', 'core')
    await github.settled()
    expect(fault.hits).toBe(2)
    expect(receiver.received.map((delivery) => payloadOf(delivery).repository.name)).toEqual(['core', 'api'])
  })

  test('points at the simulator, and names the installation it is for', async () => {
    const { github, receiver } = await listening()
    await api(github, ISSUE, { title: 'Renamed' })
    await github.settled()
    const { body } = only(receiver.received)
    expect(body).not.toContain('github.com')
    expect(JSON.parse(body)).toMatchObject({
      issue: { url: `${github.url}/repos/acme/api/issues/1` },
      installation: { id: installationId(github, 'acme'), node_id: expect.any(String) },
    })
  })

  test('of a repository that belongs to a user has no organization', async () => {
    const { github, receiver } = await listening()
    await api(github, 'POST /repos/bob/dotfiles/issues', { title: 'Hi' }, 'bob')
    await github.settled()
    expect(payloadOf(only(receiver.received))).not.toHaveProperty('organization')
  })

  test('over 25 MiB is not sent', async () => {
    const { github, receiver } = await listening()
    const repositories = Array.from({ length: 90_000 }, (_, index) => ({ name: `${index}`.padEnd(100, '-') }))
    github.addAccount({ login: 'huge', repositories })
    github.install({ account: 'huge' })
    github.ping()
    await github.settled()
    expect(names(receiver.received)).toEqual(['ping'])
  }, 60_000)
})
