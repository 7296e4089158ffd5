import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { appJwt, newPrivateKey, PRIVATE_KEY } from './support/app-jwt.ts'
import { call, startTestGitHub } from './support/test-github.ts'

const SECOND_KEY = newPrivateKey()

/** Two apps on acme: `first` on everything, `second` on `api` only, with read access to issues. */
function startTwoApps(): Promise<Simulator> {
  return startTestGitHub({
    apps: [
      { slug: 'first', privateKey: PRIVATE_KEY },
      { slug: 'second', privateKey: SECOND_KEY, permissions: { issues: 'read' } },
    ],
    accounts: [
      {
        login: 'acme',
        repositories: [
          { name: 'api', private: true },
          { name: 'vault', private: true },
        ],
        installations: [{ app: 'first' }, { app: 'second', repositories: ['api'] }],
      },
    ],
  })
}

function jwtOf(github: Simulator, slug: string): string {
  const app = github.apps.find((candidate) => candidate.slug === slug)
  if (app === undefined) throw new Error(`no app ${slug}`)
  return appJwt(github, { key: app.privateKey, claims: { iss: app.clientId } })
}

function installationOf(github: Simulator, app: string): number {
  const installation = github.installations.find((candidate) => candidate.app === app)
  if (installation === undefined) throw new Error(`no installation of ${app}`)
  return installation.id
}

async function tokenOf(github: Simulator, app: string): Promise<string> {
  const path = `POST /app/installations/${installationOf(github, app)}/access_tokens`
  return String((await call(github, path, { auth: jwtOf(github, app) })).json.token)
}

describe('Several apps', () => {
  test('Each has its own id, client id, bot, secrets and key', async () => {
    const { apps } = await startTwoApps()
    const values = apps.flatMap((app) => [
      app.id,
      app.clientId,
      app.bot.id,
      app.webhookSecret,
      app.clientSecret,
    ])
    expect(new Set(values).size).toBe(10)
    expect(apps.map(({ bot }) => bot.login)).toEqual(['first[bot]', 'second[bot]'])
  })

  test('One that is given no id gets one that no other app was given', async () => {
    const { apps } = await startTestGitHub({
      apps: [
        { slug: 'first', privateKey: PRIVATE_KEY, id: 1_001_001 },
        { slug: 'second', privateKey: SECOND_KEY },
      ],
    })
    expect(apps.map(({ id }) => id)).toEqual([1_001_001, 1_001_002])
  })

  test('Each finds only its own installation', async () => {
    const github = await startTwoApps()
    for (const slug of ['first', 'second']) {
      const auth = jwtOf(github, slug)
      const { json } = await call(github, 'GET /orgs/acme/installation', { auth })
      expect([json.app_slug, json.id]).toEqual([slug, installationOf(github, slug)])
      expect((await call(github, 'GET /app/installations', { auth })).json).toHaveLength(1)
    }
  })

  test('An installation of another app does not exist: no token, no suspension, no deletion', async () => {
    const github = await startTwoApps()
    const auth = jwtOf(github, 'second')
    const other = `/app/installations/${installationOf(github, 'first')}`
    for (const endpoint of [
      `GET ${other}`,
      `POST ${other}/access_tokens`,
      `PUT ${other}/suspended`,
      `DELETE ${other}/suspended`,
      `DELETE ${other}`,
    ])
      expect((await call(github, endpoint, { auth })).status, endpoint).toBe(404)
    expect(
      (await call(github, `GET ${other}`, { auth: jwtOf(github, 'first') })).json.suspended_at,
    ).toBeNull()
  })

  test("One app's key does not sign for the other", async () => {
    const github = await startTwoApps()
    const [first] = github.apps
    const forged = appJwt(github, { key: SECOND_KEY, claims: { iss: first?.id } })
    expect((await call(github, 'GET /app', { auth: forged })).status).toBe(401)
  })

  test('A token reaches what its own installation covers, with its own permissions', async () => {
    const github = await startTwoApps()
    const [first, second] = [await tokenOf(github, 'first'), await tokenOf(github, 'second')]
    expect((await call(github, 'GET /repos/acme/vault', { auth: first })).status).toBe(200)
    expect((await call(github, 'GET /repos/acme/vault', { auth: second })).status).toBe(404)
    const write = (auth: string): Promise<{ status: number }> =>
      call(github, 'POST /repos/acme/api/issues', { auth, body: { title: 'Hi' } })
    expect((await write(first)).status).toBe(201)
    expect((await write(second)).status).toBe(403)
  })

  test('Suspending or removing one leaves the other alone', async () => {
    const github = await startTwoApps()
    const [first, second] = [await tokenOf(github, 'first'), await tokenOf(github, 'second')]
    github.suspend(installationOf(github, 'second'))
    expect((await call(github, 'GET /repos/acme/api', { auth: second })).status).toBe(403)
    github.uninstall(installationOf(github, 'second'))
    expect((await call(github, 'GET /repos/acme/api', { auth: second })).status).toBe(401)
    expect((await call(github, 'GET /repos/acme/api', { auth: first })).status).toBe(200)
  })

  test('app and apps together, no apps at all, and two apps of one name are refused', async () => {
    await expect(startTestGitHub({ app: { slug: 'a' }, apps: [{ slug: 'b' }] })).rejects.toThrow(TypeError)
    await expect(startTestGitHub({ apps: [] })).rejects.toThrow('at least one app')
    const twice = { slug: 'twin', privateKey: PRIVATE_KEY }
    await expect(startTestGitHub({ apps: [twice, twice] })).rejects.toThrow('twin')
  })
})
