import type { Simulator } from '../../src/index.ts'
import { call } from '../support/test-github.ts'
import { asApp, asInstallation, asNobody, asPersonal, asStranger, type Row, suspend } from './row.ts'

const REPOSITORY = 'GET /repos/:owner/:repo'
const ISSUE = 'GET /repos/:owner/:repo/issues/:issue_number'
const EDIT_ISSUE = 'PATCH /repos/:owner/:repo/issues/:issue_number'
const ISSUES = 'GET /repos/:owner/:repo/issues'
const OPEN_ISSUE = 'POST /repos/:owner/:repo/issues'
const COMMENTS = 'GET /repos/:owner/:repo/issues/:issue_number/comments'
const COMMENT = 'POST /repos/:owner/:repo/issues/:issue_number/comments'

const ROOT = 'GET /repos/:owner/:repo/contents'
const FILE = 'GET /repos/:owner/:repo/contents/*path'

const READS = [REPOSITORY, ROOT, FILE, ISSUE, ISSUES, COMMENTS]
const CREATES = [OPEN_ISSUE, COMMENT]
const WRITES = [...CREATES, EDIT_ISSUE]
const BODY = { title: 'A title', body: 'A text' }
const PUBLIC = { repo: 'docs' }
const asAcme = asInstallation('acme')
const asOwner = asPersonal('octocat')
const asOutsider = asPersonal('bob')

/** Repositories, their issues and comments, by name. {@link byRepositoryId} makes the same of their ids. */
export const REPOSITORY_ROWS: readonly Row[] = [
  ...READS.flatMap((endpoint): Row[] => [
    { endpoint, state: 'a private repository', as: asAcme, expectStatus: 200 },
    { endpoint, state: 'a public repository and nobody', as: asNobody, path: PUBLIC, expectStatus: 200 },
    { endpoint, state: 'a private repository and its owner', as: asOwner, expectStatus: 200 },
    { endpoint, state: 'a private repository and a user without access', as: asOutsider, expectStatus: 404 },
    { endpoint, state: 'a private repository and nobody', as: asNobody, expectStatus: 404 },
    { endpoint, state: 'a private repository and the app', as: asApp, expectStatus: 404 },
    {
      endpoint,
      state: 'a repository that was renamed',
      as: asAcme,
      before: (github) => github.renameRepository('acme/api', 'renamed'),
      expectStatus: 301,
    },
  ]),
  ...CREATES.flatMap((endpoint): Row[] => [
    { endpoint, state: 'a private repository', as: asAcme, body: BODY, expectStatus: 201 },
    { endpoint, state: 'a private repository and its owner', as: asOwner, body: BODY, expectStatus: 201 },
    { endpoint, state: 'a body without anything', as: asAcme, expectStatus: 422 },
  ]),
  ...WRITES.flatMap((endpoint): Row[] => [
    {
      endpoint,
      state: 'a public repository and nobody',
      as: asNobody,
      path: PUBLIC,
      body: BODY,
      expectStatus: 401,
    },
    { endpoint, state: 'the app', as: asApp, path: PUBLIC, body: BODY, expectStatus: 403 },
    {
      endpoint,
      state: 'a token that may only read',
      as: asInstallation('acme', { permissions: { issues: 'read' } }),
      body: BODY,
      expectStatus: 403,
    },
    {
      endpoint,
      state: 'a public repository that is not covered',
      as: asAcme,
      path: { owner: 'initech', repo: 'open' },
      body: BODY,
      expectStatus: 403,
    },
    {
      endpoint,
      state: 'a repository that was renamed',
      as: asAcme,
      body: BODY,
      before: (github) => github.renameRepository('acme/api', 'renamed'),
      expectStatus: 307,
    },
    { endpoint, state: 'texts that are numbers', as: asAcme, body: { title: 1, body: 1 }, expectStatus: 422 },
    {
      endpoint,
      state: 'texts that are blank',
      as: asAcme,
      body: { title: ' ', body: ' ' },
      expectStatus: 422,
    },
  ]),
  ...[...READS, ...WRITES].flatMap((endpoint): Row[] => [
    {
      endpoint,
      state: 'a repository nobody has',
      as: asAcme,
      path: { repo: 'nope' },
      body: BODY,
      expectStatus: 404,
    },
    { endpoint, state: 'a token nobody issued', as: asStranger, body: BODY, expectStatus: 401 },
    {
      endpoint,
      state: 'a suspended token',
      as: asAcme,
      before: suspend('acme'),
      body: BODY,
      expectStatus: 403,
    },
  ]),
  ...['open', 'closed'].map((state) => ({
    endpoint: EDIT_ISSUE,
    state: `an issue that becomes ${state}`,
    as: asAcme,
    body: { ...BODY, state },
    expectStatus: 200,
  })),
  { endpoint: EDIT_ISSUE, state: 'no change', as: asAcme, body: {}, expectStatus: 200 },
  {
    endpoint: EDIT_ISSUE,
    state: 'a state nobody knows',
    as: asAcme,
    body: { state: 'x' },
    expectStatus: 422,
  },
  {
    endpoint: ISSUES,
    state: 'an issue that was closed',
    as: asAcme,
    query: '?state=closed',
    before: closeIssue,
    expectStatus: 200,
  },
  {
    endpoint: FILE,
    state: 'a folder',
    as: asNobody,
    path: { owner: 'bob', repo: 'tools', path: 'src' },
    expectStatus: 200,
  },
  { endpoint: FILE, state: 'a file nobody wrote', as: asAcme, path: { path: 'nope' }, expectStatus: 404 },
  { endpoint: FILE, state: 'a branch nobody made', as: asAcme, query: '?ref=nope', expectStatus: 404 },
  { endpoint: ISSUE, state: 'an issue that was closed', as: asAcme, before: closeIssue, expectStatus: 200 },
  {
    endpoint: ISSUE,
    state: 'an issue that an app opened',
    as: asAcme,
    path: { issue_number: 2 },
    before: openIssue,
    expectStatus: 200,
  },
  {
    endpoint: COMMENTS,
    state: 'comments of an app and a user',
    as: asAcme,
    before: commentTwice,
    expectStatus: 200,
  },
  ...[ISSUE, EDIT_ISSUE, COMMENTS, COMMENT].map((endpoint) => ({
    endpoint,
    state: 'an issue nobody opened',
    as: asAcme,
    path: { issue_number: 99 },
    body: BODY,
    expectStatus: 404,
  })),
]

type Headers = Readonly<Record<string, string>>

async function closeIssue(github: Simulator, headers: Headers): Promise<void> {
  await call(github, 'PATCH /repos/acme/api/issues/1', { headers, body: { state: 'closed' } })
}

async function openIssue(github: Simulator, headers: Headers): Promise<void> {
  await call(github, 'POST /repos/acme/api/issues', { headers, body: { title: 'Without a text' } })
}

async function commentTwice(github: Simulator, headers: Headers): Promise<void> {
  const endpoint = 'POST /repos/acme/api/issues/1/comments'
  await call(github, endpoint, { headers, body: BODY })
  await call(github, endpoint, { headers: await asOwner(github), body: BODY })
}
