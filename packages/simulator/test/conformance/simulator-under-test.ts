import { randomBytes } from 'node:crypto'
import { type AccountSeed, startSimulator } from '../../src/index.ts'
import { newPrivateKey, PRIVATE_KEY, START_SECONDS } from '../support/app-jwt.ts'
import { CALLBACK_URL, type GitHubUnderTest, USER, WORLD } from './github-under-test.ts'
import { exchange } from './http-exchange.ts'

const APP = {
  id: 1_001_001,
  clientId: 'Iv23liAppUnderTest01',
  clientSecret: randomBytes(20).toString('hex'),
  slug: 'app-under-test',
  privateKey: PRIVATE_KEY,
  callbackUrls: [CALLBACK_URL],
}
const OTHER_APP = {
  id: 1_001_002,
  clientId: 'Iv23liOtherApp000002',
  clientSecret: randomBytes(20).toString('hex'),
  slug: 'other-app',
  privateKey: newPrivateKey(),
}
const ACCOUNTS = WORLD.map(
  (account): AccountSeed => ({
    ...account,
    members: { [USER]: 'admin' },
    installation: account.installation ?? { app: OTHER_APP.slug },
  }),
)

/** Our simulator, with a clock that stands still. */
export async function startSimulatorUnderTest(): Promise<GitHubUnderTest> {
  let nowMs = START_SECONDS * 1000
  const clock = { now: () => nowMs }
  const simulator = await startSimulator({ clock, apps: [APP, OTHER_APP], accounts: ACCOUNTS })
  return {
    url: simulator.url,
    app: APP,
    otherApp: OTHER_APP,
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms
    },
    renameRepository: (fullName, name) => simulator.renameRepository(fullName, name),
    allow: (parameters) => allow(simulator.url, parameters),
    deleteKey: () => simulator.deleteKey(PRIVATE_KEY),
    close: () => simulator.close(),
  }
}

// As a browser does: fetches the page, and sends its form with the button that was pressed.
async function allow(url: string, parameters: Readonly<Record<string, string>>): Promise<URL> {
  const headers = { 'user-agent': 'browser', 'content-type': 'application/x-www-form-urlencoded' }
  const page = await exchange(url, `GET /login/oauth/authorize?${new URLSearchParams(parameters)}`, {
    headers,
  })
  const token = /name="authenticity_token" value="([^"]+)"/.exec(page.text)?.[1]
  if (token === undefined) throw new Error(`the authorize page has no form: ${page.status}`)
  const form = new URLSearchParams({ authenticity_token: token, login: USER, authorize: '1' })
  const answer = await exchange(url, 'POST /login/oauth/authorize', { headers, body: form.toString() })
  return new URL(String(answer.headers.location))
}
