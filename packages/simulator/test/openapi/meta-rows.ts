import { asApp, asInstallation, asNobody, asStranger, type Row } from './row.ts'

/** The API about itself, and what everybody knows about accounts. */
export const META_ROWS: readonly Row[] = [
  ...['GET /', 'GET /meta', 'GET /versions', 'GET /rate_limit', 'GET /users/:username'].flatMap(
    (endpoint): Row[] => [
      { endpoint, state: 'nobody', as: asNobody, expectStatus: 200 },
      { endpoint, state: 'the app', as: asApp, expectStatus: 200 },
      { endpoint, state: 'an installation', as: asInstallation('acme'), expectStatus: 200 },
      { endpoint, state: 'a token nobody issued', as: asStranger, expectStatus: 401 },
      {
        endpoint,
        state: 'a version of the API that does not exist',
        as: asNobody,
        headers: { 'x-github-api-version': '1999-01-01' },
        expectStatus: 400,
      },
      {
        endpoint,
        state: 'a client without a name',
        as: asNobody,
        headers: { 'user-agent': '' },
        expectStatus: 403,
      },
    ],
  ),
  ...['bob', 'hubauth-test-app[bot]'].map((username) => ({
    endpoint: 'GET /users/:username',
    state: `the account ${username}`,
    as: asNobody,
    path: { username },
    expectStatus: 200,
  })),
  {
    endpoint: 'GET /users/:username',
    state: 'a login nobody has',
    as: asNobody,
    path: { username: 'nope' },
    expectStatus: 404,
  },
]
