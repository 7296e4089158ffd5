import { describe, expect, test } from 'vitest'
import type { AppSeed, Simulator } from '../src/index.ts'
import { appJwt } from './support/app-jwt.ts'
import { type Act, api, listening } from './support/listening-app.ts'
import { call, installationId, startTestGitHub } from './support/test-github.ts'
import { names, only, payloadOf, type Receiver, startReceiver } from './support/webhook-receiver.ts'

describe('Who hears', () => {
  const OPEN = 'POST /repos/acme/api/issues'

  async function heard(
    app: AppSeed,
    act: Act = (github) => api(github, OPEN, { title: 'Hi' }),
  ): Promise<string[]> {
    const { github, receiver } = await listening(app)
    await act(github)
    await github.settled()
    return names(receiver.received)
  }

  test('of an event in a repository: who asked for it', async () => {
    expect(await heard({ events: ['push'] })).toEqual([])
    expect(await heard({ events: ['issues'] })).toEqual(['issues.opened'])
  })

  test('of issues: who may read them', async () => {
    const withAnother = async (github: Simulator): Promise<void> => {
      const token = github.createPersonalAccessToken('ann')
      const { status } = await call(github, OPEN, { auth: token, body: { title: 'Hi' } })
      expect(status).toBe(201)
    }
    const act = (permissions: Record<string, string>) => async (github: Simulator) => {
      github.setPermissions(installationId(github, 'acme'), permissions)
      github.addAccount({ login: 'ann', type: 'User' })
      github.addMember('acme', { login: 'ann', role: 'admin' })
      await withAnother(github)
    }
    expect(await heard({}, act({ contents: 'write' }))).toEqual(['installation.new_permissions_accepted'])
    expect((await heard({}, act({ issues: 'read' }))).toSorted()).toEqual([
      'installation.new_permissions_accepted',
      'issues.opened',
    ])
  })

  test('of a repository: whose installation covers it', async () => {
    const rename = (name: string) => (github: Simulator) => github.renameRepository(name, 'renamed')
    expect(await heard({}, rename('globex/hidden'))).toEqual([])
    expect(await heard({}, rename('globex/web'))).toEqual(['repository.renamed'])
    expect(await heard({}, rename('initech/open'))).toEqual([])
  })

  test('of a suspended installation: nothing but what becomes of it', async () => {
    const act = (github: Simulator): void => {
      github.suspend(installationId(github, 'acme'))
      github.renameRepository('acme/api', 'core')
    }
    expect(await heard({}, act)).toEqual(['installation.suspend'])
  })

  test('of a deleted installation: that it is deleted, and nothing after', async () => {
    const act = async (github: Simulator): Promise<void> => {
      const path = `/app/installations/${installationId(github, 'acme')}`
      await call(github, `DELETE ${path}`, { auth: appJwt(github) })
      github.renameRepository('acme/api', 'core')
      github.renameAccount('acme', 'apex')
    }
    expect(await heard({}, act)).toEqual(['installation.deleted'])
  })

  test('of two apps: each what concerns it, with one GUID for one event', async () => {
    const [one, other] = [await startReceiver(), await startReceiver()]
    const github = await startTestGitHub({
      apps: [
        { slug: 'one', webhookUrl: one.url, events: ['repository'] },
        { slug: 'other', webhookUrl: other.url, events: ['repository'] },
      ],
      accounts: [
        {
          login: 'acme',
          repositories: [{ name: 'api' }, { name: 'docs' }],
          installations: [{ app: 'one' }, { app: 'other', repositories: ['docs'] }],
        },
      ],
    })
    github.renameRepository('acme/api', 'core')
    github.renameRepository('acme/docs', 'pages')
    await github.settled()
    expect(names(one.received)).toEqual(['repository.renamed', 'repository.renamed'])
    expect(payloadOf(only(other.received)).repository.name).toBe('pages')
    const guidOf = (receiver: Receiver): unknown =>
      receiver.received.find((delivery) => payloadOf(delivery).repository.name === 'pages')?.headers[
        'x-github-delivery'
      ]
    expect(guidOf(one)).toBe(guidOf(other))
    expect(one.received[0]?.headers['x-hub-signature-256']).not.toBe(
      other.received[0]?.headers['x-hub-signature-256'],
    )
  })

  test('nobody, when there is no address: nothing is sent nor remembered', async () => {
    const github = await startTestGitHub()
    github.suspend(installationId(github, 'acme'))
    await github.settled()
    expect(github.deliveries).toEqual([])
  })
})
