import type { Simulator } from '../../src/index.ts'
import {
  asApp,
  asInstallation,
  asNobody,
  asPersonal,
  asStranger,
  asUser,
  type Credential,
  installationOf,
  type Row,
  refusedWithoutJwt,
} from './row.ts'

const ORGANIZATION = 'GET /orgs/:org'
const REPOSITORIES = 'GET /orgs/:org/repos'
const INSTALLATIONS = 'GET /orgs/:org/installations'
const REQUESTS = 'GET /app/installation-requests'

/** Organizations, what is installed on them, and who asked for it. */
export const ORGANIZATION_ROWS: readonly Row[] = [
  ...[ORGANIZATION, REPOSITORIES].flatMap((endpoint): Row[] => [
    { endpoint, state: 'nobody', as: asNobody, expectStatus: 200 },
    { endpoint, state: 'its owner', as: asPersonal('octocat'), expectStatus: 200 },
    { endpoint, state: 'its installation', as: asInstallation('acme'), expectStatus: 200 },
    { endpoint, state: 'a user in its place', as: asNobody, path: { org: 'bob' }, expectStatus: 404 },
  ]),
  { endpoint: INSTALLATIONS, state: 'its owner', as: asPersonal('octocat'), expectStatus: 200 },
  { endpoint: INSTALLATIONS, state: 'an app that may', as: asAdministrator, expectStatus: 200 },
  { endpoint: INSTALLATIONS, state: 'an app that may not', as: asInstallation('acme'), expectStatus: 403 },
  {
    endpoint: INSTALLATIONS,
    state: 'its owner through an app that may not',
    as: asUser('octocat'),
    expectStatus: 403,
  },
  { endpoint: INSTALLATIONS, state: 'a stranger', as: asPersonal('bob'), expectStatus: 403 },
  { endpoint: INSTALLATIONS, state: 'the JWT of the app', as: asApp, expectStatus: 403 },
  { endpoint: INSTALLATIONS, state: 'no credentials', as: asNobody, expectStatus: 401 },
  ...[ORGANIZATION, REPOSITORIES, INSTALLATIONS].flatMap((endpoint): Row[] => [
    { endpoint, state: 'a token nobody issued', as: asStranger, expectStatus: 401 },
    {
      endpoint,
      state: 'a login nobody has',
      as: asPersonal('octocat'),
      path: { org: 'nope' },
      expectStatus: 404,
    },
  ]),
  { endpoint: REQUESTS, state: 'an app nobody asked for', as: asApp, expectStatus: 200 },
  {
    endpoint: REQUESTS,
    state: 'an app that somebody asked for',
    as: asApp,
    before: (github) => github.requestInstallation({ account: 'globocorp', requester: 'hubot' }),
    expectStatus: 200,
  },
  ...refusedWithoutJwt(REQUESTS),
]

function asAdministrator(github: Simulator): ReturnType<Credential> {
  github.setPermissions(installationOf('acme')(github), { organization_administration: 'read' })
  return asInstallation('acme')(github)
}
