import type { Simulator, SimulatorOptions } from '../../src/index.ts'
import { appJwt } from '../support/app-jwt.ts'
import { call, installationId, tokenFor } from '../support/test-github.ts'

/** One request to an endpoint in one state, and the status it gets. The body is judged by GitHub's description. */
export interface Row {
  /** As in `ROUTES`: `GET /orgs/:org`. */
  readonly endpoint: string
  /** What is special; in words that follow "an answer to". */
  readonly state: string
  readonly as: Credential
  readonly expectStatus: number
  /** Replaces path parameters; the others are those of {@link PARAMETERS}. */
  readonly path?: Readonly<Record<string, Value>>
  /** With its question mark. */
  readonly query?: string
  /** Sent as JSON; a string is sent as it is, a function is asked. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** How the app under test is registered, where that matters. */
  readonly app?: NonNullable<SimulatorOptions['app']>
  /** What happens between the issue of the credential and the request. */
  readonly before?: (github: Simulator, headers: Headers) => unknown
}

/** Request headers, made by the simulator they are for. */
export type Credential = (github: Simulator) => Headers | Promise<Headers>
type Headers = Readonly<Record<string, string>>

/** A path parameter, or how to learn it. */
export type Value = Known | ((github: Simulator) => Known | Promise<Known>)
type Known = string | number

/** What stands for a parameter in a path unless the row says otherwise. */
export const PARAMETERS: Readonly<Record<string, Value>> = {
  app_slug: (github) => github.app.slug,
  client_id: (github) => github.app.clientId,
  enterprise: 'mega',
  installation_id: installationOf('acme'),
  issue_number: 1,
  org: 'acme',
  owner: 'acme',
  path: 'README.md',
  repo: 'api',
  username: 'acme',
}

/** The id of the installation on an account. */
export function installationOf(account: string): (github: Simulator) => number {
  return (github) => installationId(github, account)
}

/** The same requests by the id of the repository, which is what GitHub redirects old names to. */
export function byRepositoryId(rows: readonly Row[]): Row[] {
  return rows
    .filter(({ expectStatus }) => expectStatus !== 301 && expectStatus !== 307)
    .map((row) => ({
      ...row,
      endpoint: row.endpoint.replace('/repos/:owner/:repo', '/repositories/:repository_id'),
      path: { ...row.path, repository_id: repositoryIdOf({ ...PARAMETERS, ...row.path }) },
    }))
}

/** The id of a repository; 0, which none has, when acme may not see it. */
export function repositoryIdOf({ owner, repo }: Readonly<Record<string, Value>>): Value {
  return async (github) => {
    const { json } = await call(github, `GET /repos/${owner}/${repo}`, {
      auth: await tokenFor(github, 'acme'),
    })
    return json.id ?? 0
  }
}

/** Without a credential. */
export const asNobody: Credential = () => ({})

/** With the JWT of the app under test. */
export const asApp: Credential = (github) => bearer(appJwt(github))

/** With a token nobody issued. */
export const asStranger: Credential = () => bearer('ghs_unknown')

/** With a token of the installation on an account, narrowed as the body of the mint says. */
export function asInstallation(account: string, scope?: unknown): Credential {
  return async (github) => bearer(await tokenFor(github, account, scope))
}

/** With the token that a user gave the app under test. */
export function asUser(login: string): Credential {
  return (github) => bearer(github.authorize({ login }).accessToken)
}

/** With the client id and client secret of the app under test. */
export const asClient: Credential = ({ app }) => basic(app.clientId, app.clientSecret)

/** With a classic personal access token of a user. */
export function asPersonal(login: string): Credential {
  return (github) => bearer(github.createPersonalAccessToken(login))
}

/** The header of a `Bearer` credential. */
export function bearer(token: string): Headers {
  return { authorization: `Bearer ${token}` }
}

/** The header of a `Basic` credential. */
export function basic(username: string, password: string): Headers {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
}

/** What endpoints answer that take nothing but the JWT of an app. */
export function refusedWithoutJwt(endpoint: string): Row[] {
  return [
    { endpoint, state: 'no credentials', as: asNobody, expectStatus: 401 },
    { endpoint, state: 'an installation token', as: asInstallation('acme'), expectStatus: 401 },
    { endpoint, state: 'an expired JWT', as: jwt({ exp: 1 }), expectStatus: 401 },
    { endpoint, state: 'the JWT of an app that does not exist', as: jwt({ iss: 1 }), expectStatus: 404 },
    {
      endpoint,
      state: 'a JWT whose key was deleted',
      as: asApp,
      expectStatus: 401,
      before: (github) => github.deleteKey(github.app.privateKey),
    },
  ]
}

/** What endpoints answer that take nothing but an installation token. */
export function refusedWithoutInstallation(endpoint: string): Row[] {
  return [
    { endpoint, state: 'no credentials', as: asNobody, expectStatus: 401 },
    { endpoint, state: 'a token nobody issued', as: asStranger, expectStatus: 401 },
    { endpoint, state: 'the JWT of the app', as: asApp, expectStatus: 403 },
    {
      endpoint,
      state: 'a token that expired',
      as: asInstallation('acme'),
      expectStatus: 401,
      before: (github) => github.advance(60 * 60 * 1000),
    },
    {
      endpoint,
      state: 'a token of a suspended installation',
      as: asInstallation('acme'),
      expectStatus: 403,
      before: suspend('acme'),
    },
  ]
}

/** Suspends the installation on an account. */
export function suspend(account: string): (github: Simulator) => void {
  return (github) => github.suspend(installationOf(account)(github))
}

function jwt(claims: Readonly<Record<string, unknown>>): Credential {
  return (github) => bearer(appJwt(github, { claims }))
}
