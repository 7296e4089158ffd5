import { describe, expect, test } from 'vitest'
import { GITHUB_ERRORS, type GitHubErrorCode } from '../src/errors/github-errors.ts'
import { githubError, type Simulator } from '../src/index.ts'
import { ROUTES } from '../src/routes/routes.ts'
import type { Route } from '../src/server/route.ts'
import { APP_ROWS } from './openapi/app-rows.ts'
import { CLIENT_ROWS } from './openapi/client-rows.ts'
import { CREDENTIAL_ROWS } from './openapi/credential-rows.ts'
import { HOOK_ROWS } from './openapi/hook-rows.ts'
import { INSTALLATION_ROWS } from './openapi/installation-rows.ts'
import { LOOKUP_ROWS } from './openapi/lookup-rows.ts'
import { MANIFEST_ROWS } from './openapi/manifest-rows.ts'
import { META_ROWS } from './openapi/meta-rows.ts'
import { NOT_DESCRIBED } from './openapi/not-described.ts'
import { ORGANIZATION_ROWS } from './openapi/organization-rows.ts'
import { REPOSITORY_ROWS } from './openapi/repository-rows.ts'
import { byRepositoryId, PARAMETERS, type Row } from './openapi/row.ts'
import { USER_ROWS } from './openapi/user-rows.ts'
import { answerViolations, isDescribed } from './support/github-schemas.ts'
import { ACCOUNTS, type Answer, call, startTestGitHub } from './support/test-github.ts'

const NAMED: readonly Row[] = [
  ...META_ROWS,
  ...APP_ROWS,
  ...LOOKUP_ROWS,
  ...INSTALLATION_ROWS,
  ...REPOSITORY_ROWS,
  ...USER_ROWS,
  ...ORGANIZATION_ROWS,
  ...MANIFEST_ROWS,
  ...CREDENTIAL_ROWS,
  ...CLIENT_ROWS,
  ...HOOK_ROWS,
]
const ROWS: readonly Row[] = [
  ...NAMED,
  ...byRepositoryId(NAMED.filter(({ endpoint }) => endpoint.includes('/repos/:owner/:repo'))),
]

// octocat owns acme; bob and the enterprise mega have the app as well.
const PEOPLE = [
  ...ACCOUNTS.map((account) =>
    account.login === 'acme' ? { ...account, members: { octocat: 'admin' as const } } : account,
  ),
  {
    login: 'bob',
    type: 'User',
    repositories: [{ name: 'tools', files: { 'src/main.sh': 'true' } }],
    installation: {},
  },
  { login: 'globocorp', members: { hubot: 'member' } },
  { login: 'mega', type: 'Enterprise', installation: {} },
] as const

describe('GitHub’s OpenAPI description holds for an answer', () => {
  test.for(ROWS.map((row) => [row.endpoint, row.state, row] as const))('of %s to %s', async ([, , row]) => {
    const request = await prepared(row)
    const answer = await request()
    expect(answerViolations(row.endpoint, answer)).toEqual([])
    expect(answer.status, JSON.stringify(answer.json)).toBe(row.expectStatus)
  })

  const reads = ROWS.filter(
    ({ endpoint, expectStatus }) => endpoint.startsWith('GET') && expectStatus === 200,
  )
  test.for([...new Map(reads.map((row) => [row.endpoint, row]))])(
    'of %s to a client that has it already',
    async ([endpoint, row]) => {
      const request = await prepared(row)
      const etag = (await request()).headers.get('etag') ?? ''
      const answer = await request({ 'if-none-match': etag })
      expect(answerViolations(endpoint, answer)).toEqual([])
      expect(answer.status).toBe(304)
    },
  )
})

test.for(Object.keys(GITHUB_ERRORS).filter(isErrorOfTheApi))(
  'GitHub’s OpenAPI description holds for the error %s, wherever it is given',
  async (code) => {
    const github = await startTestGitHub()
    github.fail({ path: '/app', response: githubError(code) })
    const answer = await call(github, 'GET /app')
    expect(answerViolations('GET /app', answer)).toEqual([])
    expect(answer.status).toBe(GITHUB_ERRORS[code].status)
  },
)

test('An endpoint that GitHub does not describe is listed with the reason, and no other is', () => {
  expect(new Set(ROUTES.map(endpointOf).filter((endpoint) => !isDescribed(endpoint)))).toEqual(
    new Set(NOT_DESCRIBED.keys()),
  )
})

test('Every endpoint that GitHub describes has a row in which it succeeds', () => {
  expect(
    ROUTES.map(endpointOf).filter((endpoint) => isDescribed(endpoint) && !has(endpoint, [200, 299])),
  ).toEqual([])
})

test('Every endpoint that needs a credential has a row in which it is refused for want of one', () => {
  const closed = ROUTES.filter(({ actor }) => actor !== 'anyone').map(endpointOf)
  expect(closed.filter((endpoint) => isDescribed(endpoint) && !has(endpoint, [401, 401]))).toEqual([])
})

function has(wanted: string, [from, to]: readonly [number, number]): boolean {
  return ROWS.some(
    ({ endpoint, expectStatus }) => endpoint === wanted && expectStatus >= from && expectStatus <= to,
  )
}

// What git is told is text.
function isErrorOfTheApi(code: string): code is GitHubErrorCode {
  return Object.hasOwn(GITHUB_ERRORS, code) && !code.startsWith('GIT_')
}

function endpointOf({ method, path }: Route): string {
  return `${method} ${path}`
}

/** Brings a simulator into the state of a row. What comes back makes its request. */
async function prepared(row: Row): Promise<(headers?: Readonly<Record<string, string>>) => Promise<Answer>> {
  const github = await startTestGitHub({ accounts: PEOPLE, app: row.app ?? {} })
  const headers = { ...(await row.as(github)), ...row.headers }
  const address = await addressOf(github, row)
  await row.before?.(github, headers)
  const value: unknown = typeof row.body === 'function' ? await row.body(github) : row.body
  const body = value === undefined || row.endpoint.startsWith('GET') ? {} : { body: value }
  return (more) => call(github, address, { headers: { ...headers, ...more }, ...body })
}

async function addressOf(github: Simulator, { endpoint, path, query = '' }: Row): Promise<string> {
  let address = endpoint
  for (const [, name = ''] of endpoint.matchAll(/[:*](\w+)/g)) {
    const value = path?.[name] ?? PARAMETERS[name]
    if (value === undefined) throw new Error(`no value for ${name}`)
    const known = typeof value === 'function' ? await value(github) : value
    address = address.replace(new RegExp(`[:*]${name}`), encodeURIComponent(known))
  }
  return address + query
}
