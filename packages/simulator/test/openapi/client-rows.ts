import type { Simulator } from '../../src/index.ts'
import { call } from '../support/test-github.ts'
import { asApp, asClient, asNobody, asStranger, basic, type Row } from './row.ts'

const CHECK = 'POST /applications/:client_id/token'
const RESET = 'PATCH /applications/:client_id/token'
const REVOKE = 'DELETE /applications/:client_id/token'
const REVOKE_GRANT = 'DELETE /applications/:client_id/grant'
const SCOPE = 'POST /applications/:client_id/token/scoped'
const ENDPOINTS = [CHECK, RESET, REVOKE, REVOKE_GRANT, SCOPE]

/** What an app does with the tokens of its users, as the client it is. */
export const CLIENT_ROWS: readonly Row[] = [
  { endpoint: CHECK, state: 'a good token', as: asClient, body: goodToken, expectStatus: 200 },
  { endpoint: RESET, state: 'a good token', as: asClient, body: goodToken, expectStatus: 200 },
  { endpoint: REVOKE, state: 'a good token', as: asClient, body: goodToken, expectStatus: 204 },
  { endpoint: REVOKE_GRANT, state: 'a good token', as: asClient, body: goodToken, expectStatus: 204 },
  { endpoint: CHECK, state: 'a scoped token', as: asClient, body: scopedToken, expectStatus: 200 },
  { endpoint: RESET, state: 'a scoped token', as: asClient, body: scopedToken, expectStatus: 200 },
  {
    endpoint: CHECK,
    state: 'a token that does not expire',
    as: asClient,
    app: { expiringUserTokens: false },
    body: goodToken,
    expectStatus: 200,
  },
  {
    endpoint: SCOPE,
    state: 'a good token and all that its account has',
    as: asClient,
    body: (github: Simulator) => ({ ...goodToken(github), target: 'acme' }),
    expectStatus: 200,
  },
  {
    endpoint: SCOPE,
    state: 'a good token, a repository and a permission',
    as: asClient,
    body: (github: Simulator) => ({
      ...goodToken(github),
      target: 'acme',
      repositories: ['api'],
      permissions: { issues: 'read' },
    }),
    expectStatus: 200,
  },
  {
    endpoint: SCOPE,
    state: 'a good token and no account',
    as: asClient,
    body: goodToken,
    expectStatus: 422,
  },
  ...ENDPOINTS.flatMap((endpoint): Row[] => [
    { endpoint, state: 'nothing in the body', as: asClient, body: {}, expectStatus: 422 },
    {
      endpoint,
      state: 'a token nobody issued',
      as: asClient,
      body: { access_token: 'ghu_x', target: 'acme' },
      expectStatus: 404,
    },
    { endpoint, state: 'no credentials', as: asNobody, body: goodToken, expectStatus: 401 },
    { endpoint, state: 'a wrong secret', as: wrongSecret, body: goodToken, expectStatus: 401 },
    { endpoint, state: 'the JWT of the app', as: asApp, body: goodToken, expectStatus: 404 },
    { endpoint, state: 'a token in place of the secret', as: asStranger, body: goodToken, expectStatus: 401 },
    {
      endpoint,
      state: 'the client id of nobody',
      as: asClient,
      path: { client_id: 'Iv23nobody' },
      body: goodToken,
      expectStatus: 404,
    },
  ]),
]

function wrongSecret({ app }: Simulator): Readonly<Record<string, string>> {
  return basic(app.clientId, 'wrong')
}

function goodToken(github: Simulator): { access_token: string } {
  return { access_token: github.authorize({ login: 'octocat' }).accessToken }
}

async function scopedToken(github: Simulator): Promise<{ access_token: string }> {
  const { json } = await call(github, `POST /applications/${github.app.clientId}/token/scoped`, {
    headers: await asClient(github),
    body: { ...goodToken(github), target: 'acme', repositories: ['api'] },
  })
  return { access_token: json.token }
}
