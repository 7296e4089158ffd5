import { asApp, asNobody, asStranger, installationOf, type Row, refusedWithoutJwt, suspend } from './row.ts'

const UNKNOWN = { installation_id: 1 }

/** The app, its installations, and how they are found. */
export const APP_ROWS: readonly Row[] = [
  { endpoint: 'GET /app', state: 'the app', as: asApp, expectStatus: 200 },
  {
    endpoint: 'GET /app',
    state: 'an app that an organization owns',
    as: asApp,
    app: { owner: 'acme', description: 'A text' },
    expectStatus: 200,
  },
  { endpoint: 'GET /apps/:app_slug', state: 'anybody', as: asNobody, expectStatus: 200 },
  { endpoint: 'GET /apps/:app_slug', state: 'the app', as: asApp, expectStatus: 200 },
  { endpoint: 'GET /apps/:app_slug', state: 'an unknown token', as: asStranger, expectStatus: 401 },
  {
    endpoint: 'GET /apps/:app_slug',
    state: 'a slug nobody has',
    as: asNobody,
    path: { app_slug: 'nope' },
    expectStatus: 404,
  },
  {
    endpoint: 'GET /app/installations',
    state: 'organization, user and enterprise',
    as: asApp,
    expectStatus: 200,
  },
  {
    endpoint: 'GET /app/installations',
    state: 'a suspended installation among them',
    as: asApp,
    before: suspend('acme'),
    expectStatus: 200,
  },
  {
    endpoint: 'GET /app/installations',
    state: 'a page of its own',
    as: asApp,
    query: '?per_page=1&page=2',
    expectStatus: 200,
  },
  ...['acme', 'bob', 'mega'].map((account) => ({
    endpoint: 'GET /app/installations/:installation_id',
    state: `the installation on ${account}`,
    as: asApp,
    path: { installation_id: installationOf(account) },
    expectStatus: 200,
  })),
  {
    endpoint: 'GET /app/installations/:installation_id',
    state: 'a suspended installation',
    as: asApp,
    before: suspend('acme'),
    expectStatus: 200,
  },
  { endpoint: 'DELETE /app/installations/:installation_id', state: 'the app', as: asApp, expectStatus: 204 },
  {
    endpoint: 'PUT /app/installations/:installation_id/suspended',
    state: 'the app',
    as: asApp,
    expectStatus: 204,
  },
  {
    endpoint: 'DELETE /app/installations/:installation_id/suspended',
    state: 'a suspended installation',
    as: asApp,
    before: suspend('acme'),
    expectStatus: 204,
  },
  ...[
    'GET /app/installations/:installation_id',
    'DELETE /app/installations/:installation_id',
    'PUT /app/installations/:installation_id/suspended',
    'DELETE /app/installations/:installation_id/suspended',
  ].flatMap((endpoint) => [
    { endpoint, state: 'an unknown id', as: asApp, path: UNKNOWN, expectStatus: 404 },
    {
      endpoint,
      state: 'an id that is no number',
      as: asApp,
      path: { installation_id: 'x' },
      expectStatus: 404,
    },
    ...refusedWithoutJwt(endpoint),
  ]),
  ...['GET /app', 'GET /app/installations'].flatMap(refusedWithoutJwt),
]
