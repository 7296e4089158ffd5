import type { Simulator } from '../../src/index.ts'
import {
  asApp,
  asInstallation,
  asNobody,
  asPersonal,
  asStranger,
  asUser,
  installationOf,
  type Row,
  repositoryIdOf,
  suspend,
} from './row.ts'

const INSTALLATIONS = 'GET /user/installations'
const REPOSITORIES = 'GET /user/installations/:installation_id/repositories'
const ADD = 'PUT /user/installations/:installation_id/repositories/:repository_id'
const REMOVE = 'DELETE /user/installations/:installation_id/repositories/:repository_id'
const asOctocat = asUser('octocat')
const asOwner = asPersonal('octocat')
const VAULT = { repository_id: repositoryIdOf({ owner: 'acme', repo: 'vault' }) }

/** What users do with a token of their own. */
export const USER_ROWS: readonly Row[] = [
  ...['GET /user', 'GET /user/emails', 'GET /user/repos', 'GET /user/orgs'].flatMap((endpoint): Row[] => [
    { endpoint, state: 'a personal access token', as: asOwner, expectStatus: 200 },
    {
      endpoint,
      state: 'a user of the app',
      as: asOctocat,
      expectStatus: endpoint === 'GET /user/emails' ? 403 : 200,
    },
    { endpoint, state: 'a user without anything', as: asPersonal('monalisa'), expectStatus: 200 },
    ...refusedWithoutUser(endpoint),
  ]),
  { endpoint: INSTALLATIONS, state: 'a user of the app', as: asOctocat, expectStatus: 200 },
  { endpoint: INSTALLATIONS, state: 'a user who sees none', as: asUser('monalisa'), expectStatus: 200 },
  { endpoint: INSTALLATIONS, state: 'a personal access token', as: asOwner, expectStatus: 403 },
  { endpoint: REPOSITORIES, state: 'a user of the app', as: asOctocat, expectStatus: 200 },
  { endpoint: REPOSITORIES, state: 'a personal access token', as: asOwner, expectStatus: 403 },
  {
    endpoint: REPOSITORIES,
    state: 'an installation of somebody else',
    as: asOctocat,
    path: { installation_id: installationOf('globex') },
    expectStatus: 404,
  },
  {
    endpoint: REPOSITORIES,
    state: 'a suspended installation',
    as: asOctocat,
    before: suspend('acme'),
    expectStatus: 403,
  },
  ...[INSTALLATIONS, REPOSITORIES].flatMap(refusedWithoutUser),

  {
    endpoint: ADD,
    state: 'a repository that is missing',
    as: asOwner,
    path: VAULT,
    before: selectRepositories('api'),
    expectStatus: 204,
  },
  { endpoint: ADD, state: 'a repository that is covered', as: asOwner, path: VAULT, expectStatus: 304 },
  {
    endpoint: REMOVE,
    state: 'one of two repositories',
    as: asOwner,
    path: VAULT,
    before: selectRepositories('api', 'vault'),
    expectStatus: 204,
  },
  {
    endpoint: REMOVE,
    state: 'the only repository',
    as: asOwner,
    path: VAULT,
    before: selectRepositories('vault'),
    expectStatus: 422,
  },
  { endpoint: REMOVE, state: 'one of all repositories', as: asOwner, path: VAULT, expectStatus: 422 },
  {
    endpoint: REMOVE,
    state: 'a repository that is not covered',
    as: asOwner,
    path: VAULT,
    before: selectRepositories('api'),
    expectStatus: 304,
  },
  ...[ADD, REMOVE].flatMap((endpoint): Row[] => [
    { endpoint, state: 'a user of the app', as: asOctocat, path: VAULT, expectStatus: 403 },
    { endpoint, state: 'a user without access', as: asPersonal('bob'), path: VAULT, expectStatus: 404 },
    {
      endpoint,
      state: 'a repository nobody has',
      as: asOwner,
      path: { repository_id: 1 },
      expectStatus: 404,
    },
    {
      endpoint,
      state: 'an unknown installation',
      as: asOwner,
      path: { ...VAULT, installation_id: 1 },
      expectStatus: 404,
    },
    ...refusedWithoutUser(endpoint).map((row) => ({ ...row, path: VAULT })),
  ]),
]

function refusedWithoutUser(endpoint: string): Row[] {
  return [
    { endpoint, state: 'no credentials', as: asNobody, expectStatus: 401 },
    { endpoint, state: 'a token nobody issued', as: asStranger, expectStatus: 401 },
    {
      endpoint,
      state: 'a token that expired',
      as: asOctocat,
      before: (github) => github.advance(8 * 60 * 60 * 1000),
      expectStatus: 401,
    },
    { endpoint, state: 'an installation token', as: asInstallation('acme'), expectStatus: 403 },
    { endpoint, state: 'the JWT of the app', as: asApp, expectStatus: 403 },
  ]
}

function selectRepositories(...names: string[]): (github: Simulator) => void {
  return (github) => github.setRepositories(installationOf('acme')(github), names)
}
