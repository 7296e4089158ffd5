import { asApp, type Row, refusedWithoutJwt } from './row.ts'

const BY_REPOSITORY = 'GET /repos/:owner/:repo/installation'

/** Finding the installation of an owner or a repository. */
export const LOOKUP_ROWS: readonly Row[] = [
  { endpoint: 'GET /orgs/:org/installation', state: 'an organization', as: asApp, expectStatus: 200 },
  {
    endpoint: 'GET /orgs/:org/installation',
    state: 'an organization without the app',
    as: asApp,
    path: { org: 'initech' },
    expectStatus: 404,
  },
  { endpoint: 'GET /users/:username/installation', state: 'an organization', as: asApp, expectStatus: 200 },
  {
    endpoint: 'GET /users/:username/installation',
    state: 'a user',
    as: asApp,
    path: { username: 'bob' },
    expectStatus: 200,
  },
  {
    endpoint: 'GET /users/:username/installation',
    state: 'a user without the app',
    as: asApp,
    path: { username: 'monalisa' },
    expectStatus: 404,
  },
  {
    endpoint: 'GET /enterprises/:enterprise/installation',
    state: 'an enterprise',
    as: asApp,
    expectStatus: 200,
  },
  {
    endpoint: 'GET /enterprises/:enterprise/installation',
    state: 'an organization',
    as: asApp,
    path: { enterprise: 'acme' },
    expectStatus: 404,
  },
  { endpoint: BY_REPOSITORY, state: 'a repository', as: asApp, expectStatus: 200 },
  {
    endpoint: BY_REPOSITORY,
    state: 'a repository that is not covered',
    as: asApp,
    path: { owner: 'globex', repo: 'hidden' },
    expectStatus: 404,
  },
  {
    endpoint: BY_REPOSITORY,
    state: 'a repository that was renamed',
    as: asApp,
    before: (github) => github.renameRepository('acme/api', 'renamed'),
    expectStatus: 301,
  },
  ...[
    'GET /orgs/:org/installation',
    'GET /users/:username/installation',
    'GET /enterprises/:enterprise/installation',
    BY_REPOSITORY,
  ].flatMap(refusedWithoutJwt),
]
