import { randomBytes } from 'node:crypto'
import { createEmulator } from 'emulate'
import { vi } from 'vitest'
import { newPrivateKey, PRIVATE_KEY, START_SECONDS } from '../support/app-jwt.ts'
import { type AppCredentials, CALLBACK_URL, type GitHubUnderTest, USER, WORLD } from './github-under-test.ts'
import { exchange } from './http-exchange.ts'

const APP = credentials(1001, PRIVATE_KEY)
const OTHER_APP = credentials(1002, newPrivateKey())
const PERMISSIONS = { contents: 'write', issues: 'write', metadata: 'read' }

// Installations of the app under test; the first organization to be listed has the first id.
const INSTALLATIONS = WORLD.flatMap(({ login, installation }, index) =>
  installation === undefined
    ? []
    : [
        {
          installation_id: 100 + index,
          account: login,
          permissions: installation.permissions,
          ...(installation.repositories === 'all'
            ? { repository_selection: 'all' }
            : { repository_selection: 'selected', repositories: installation.repositories }),
        },
      ],
)

const SEED = {
  users: [{ login: USER }],
  orgs: WORLD.map(({ login }) => ({ login, members: [{ login: USER, role: 'admin' }] })),
  repos: WORLD.flatMap(({ login, repositories }) =>
    repositories.map((repository) => ({ owner: login, ...repository })),
  ),
  oauth_apps: [
    {
      client_id: APP.clientId,
      client_secret: APP.clientSecret,
      name: 'App under test',
      redirect_uris: [CALLBACK_URL],
    },
  ],
  apps: [
    {
      app_id: APP.id,
      slug: 'app-under-test',
      name: 'App under test',
      private_key: PRIVATE_KEY,
      permissions: PERMISSIONS,
      installations: INSTALLATIONS,
    },
    {
      app_id: OTHER_APP.id,
      slug: 'other-app',
      name: 'Other app',
      private_key: OTHER_APP.privateKey,
      permissions: PERMISSIONS,
      installations: [{ installation_id: 200, account: 'initech', repository_selection: 'all' }],
    },
  ],
}

/** `emulate`, in this process, where a fake `Date` is the clock it has no other control for. `close` gives the real one back. */
export async function startEmulateUnderTest(): Promise<GitHubUnderTest> {
  vi.useFakeTimers({ toFake: ['Date'], now: START_SECONDS * 1000 })
  const emulator = await createEmulator({ service: 'github', port: 0, seed: { github: SEED } })
  return {
    url: emulator.url,
    app: APP,
    otherApp: OTHER_APP,
    now: () => Date.now(),
    advance: (ms) => {
      vi.setSystemTime(Date.now() + ms)
    },
    allow: (parameters) => allow(emulator.url, parameters),
    async close() {
      vi.useRealTimers()
      await emulator.close()
    },
  }
}

function credentials(id: number, privateKey: string): AppCredentials {
  return { id, clientId: `Iv1.${id}`, clientSecret: randomBytes(20).toString('hex'), privateKey }
}

// Its page is a list of users, each of them a form that repeats what was asked for.
async function allow(url: string, parameters: Readonly<Record<string, string>>): Promise<URL> {
  const form = new URLSearchParams({ redirect_uri: CALLBACK_URL, ...parameters, login: USER })
  const { headers } = await exchange(url, 'POST /login/oauth/callback', {
    headers: { 'user-agent': 'browser', 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  })
  return new URL(String(headers.location))
}
