import type { AppSeed, Simulator, SimulatorOptions } from '../../src/index.ts'
import { PRIVATE_KEY } from './app-jwt.ts'
import { ACCOUNTS, startTestGitHub } from './test-github.ts'
import { hiddenFields, open, press } from './web-pages.ts'

/** A simulator with the users octocat, who owns acme, hubot, who is a member of it, and stranger; and the app `other`. */
export function startOAuthGitHub({
  app = {},
  accounts = [],
}: {
  readonly app?: AppSeed
  readonly accounts?: SimulatorOptions['accounts']
} = {}): Promise<Simulator> {
  return startTestGitHub({
    apps: [
      {
        privateKey: PRIVATE_KEY,
        callbackUrls: [
          'https://app.example.com/callback',
          'myapp://done',
          'http://127.0.0.1/cb',
          'http://[::1]/cb',
        ],
        ...app,
      },
      { slug: 'other', privateKey: PRIVATE_KEY },
    ],
    accounts: [
      ...ACCOUNTS.map((account) =>
        account.login === 'acme'
          ? { ...account, members: { octocat: 'admin' as const, hubot: 'member' as const } }
          : account,
      ),
      { login: 'stranger', type: 'User' },
      ...accounts,
    ],
  })
}

/** A code that octocat allowed the app. */
export async function grantedCode(
  github: Simulator,
  parameters: Readonly<Record<string, string>> = {},
): Promise<string> {
  const page = await open(github, authorizePath(github, parameters))
  const { location } = await press(github, page, { authorize: '1', login: 'octocat' })
  return location?.searchParams.get('code') ?? ''
}

/** What the token endpoint answers to the app under test, as JSON. Parameters override the app's credentials. */
export async function exchange(
  github: Simulator,
  parameters: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const { clientId, clientSecret } = github.app
  const response = await fetch(`${github.url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...parameters }),
  })
  if (response.status !== 200) throw new Error(`status ${response.status}`)
  return JSON.parse(await response.text())
}

/** The one-time token of a page's form. */
export function tokens(text: string): string {
  return hiddenFields(text).authenticity_token ?? ''
}

/** Where the app sends its users. */
export function authorizePath(github: Simulator, parameters: Readonly<Record<string, string>> = {}): string {
  return `/login/oauth/authorize?${new URLSearchParams({ client_id: github.app.clientId, ...parameters })}`
}
