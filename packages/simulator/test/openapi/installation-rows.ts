import {
  asApp,
  asInstallation,
  installationOf,
  type Row,
  refusedWithoutInstallation,
  refusedWithoutJwt,
  suspend,
} from './row.ts'

const MINT = 'POST /app/installations/:installation_id/access_tokens'

// Each is refused with 422, for a reason of its own.
const REFUSED_BODIES = {
  'permissions that are not granted': { permissions: { administration: 'write' } },
  'a permission nobody knows': { permissions: { nope: 'read' } },
  'permissions that are a list': { permissions: [] },
  'a repository nobody has': { repositories: ['nope'] },
  'a repository id nobody has': { repository_ids: [1] },
  'names and ids at once': { repositories: ['api'], repository_ids: [1] },
  'too many repositories': { repositories: Array.from({ length: 501 }, (_, index) => `r${index}`) },
  'repositories that are a text': { repositories: 'api' },
}

/** Installation tokens, and what an installation does with its own. */
export const INSTALLATION_ROWS: readonly Row[] = [
  { endpoint: MINT, state: 'nothing in the body', as: asApp, expectStatus: 201 },
  {
    endpoint: MINT,
    state: 'a repository and a permission',
    as: asApp,
    body: { repositories: ['docs'], permissions: { issues: 'read' } },
    expectStatus: 201,
  },
  ...['globex', 'bob', 'mega'].map((account) => ({
    endpoint: MINT,
    state: `the installation on ${account}`,
    as: asApp,
    path: { installation_id: installationOf(account) },
    expectStatus: 201,
  })),
  ...Object.entries(REFUSED_BODIES).map(([state, body]) => ({
    endpoint: MINT,
    state,
    as: asApp,
    body,
    expectStatus: 422,
  })),
  { endpoint: MINT, state: 'text that is no JSON', as: asApp, body: '{', expectStatus: 400 },
  { endpoint: MINT, state: 'a list', as: asApp, body: [], expectStatus: 400 },
  { endpoint: MINT, state: 'an unknown id', as: asApp, path: { installation_id: 1 }, expectStatus: 404 },
  {
    endpoint: MINT,
    state: 'a suspended installation',
    as: asApp,
    before: suspend('acme'),
    expectStatus: 403,
  },
  ...refusedWithoutJwt(MINT),

  {
    endpoint: 'GET /installation/repositories',
    state: 'all repositories',
    as: asInstallation('acme'),
    expectStatus: 200,
  },
  {
    endpoint: 'GET /installation/repositories',
    state: 'one of them',
    as: asInstallation('acme', { repositories: ['api'] }),
    expectStatus: 200,
  },
  {
    endpoint: 'GET /installation/repositories',
    state: 'an account without repositories',
    as: asInstallation('mega'),
    expectStatus: 200,
  },
  ...refusedWithoutInstallation('GET /installation/repositories'),
  {
    endpoint: 'DELETE /installation/token',
    state: 'its token',
    as: asInstallation('acme'),
    expectStatus: 204,
  },
  {
    endpoint: 'DELETE /installation/token',
    state: 'a token that was revoked',
    as: asInstallation('acme'),
    before: (github, { authorization = '' }) => github.revokeToken(authorization.replace('Bearer ', '')),
    expectStatus: 401,
  },
  ...refusedWithoutInstallation('DELETE /installation/token'),
]
