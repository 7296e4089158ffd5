import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { API, ask } from './support/ask-graphql.ts'
import { call, startTestGitHub, tokenFor } from './support/test-github.ts'

describe('Connections come in pages', () => {
  async function withIssues(): Promise<{ github: Simulator; auth: string }> {
    const issues = ['1', '2', '3', '4', '5'].map((title) => ({ title }))
    const github = await startTestGitHub({
      accounts: [{ login: 'acme', repositories: [{ name: 'api', private: true, issues }], installation: {} }],
    })
    return { github, auth: await tokenFor(github, 'acme') }
  }
  const QUERY = `query ($first: Int, $last: Int, $after: String, $before: String) {
    ${API} { issues(first: $first, last: $last, after: $after, before: $before) {
      totalCount nodes { title } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    } }
  }`

  test('forwards with first and after, backwards with last and before', async () => {
    const { github, auth } = await withIssues()
    const page = async (variables: Readonly<Record<string, unknown>>) => {
      const { json } = await ask(github, QUERY, { auth, variables })
      const { nodes, pageInfo } = json.data.repository.issues
      const titles = nodes.map(({ title }: { title: string }) => title).join('')
      return { titles, ...pageInfo }
    }
    const first = await page({ first: 2 })
    expect(first).toMatchObject({ titles: '12', hasNextPage: true, hasPreviousPage: false })
    const second = await page({ first: 3, after: first.endCursor })
    expect(second).toMatchObject({ titles: '345', hasNextPage: false, hasPreviousPage: true })
    expect(await page({ last: 2 })).toMatchObject({ titles: '45', hasNextPage: false, hasPreviousPage: true })
    expect(await page({ last: 9, before: second.startCursor })).toMatchObject({ titles: '12' })
    expect(await page({ first: 0 })).toMatchObject({ titles: '', startCursor: null, endCursor: null })
  })

  test('in the order and the states that are asked for', async () => {
    const { github, auth } = await withIssues()
    await call(github, 'PATCH /repos/acme/api/issues/2', { auth, body: { state: 'closed' } })
    const { json } = await ask(
      github,
      `{ ${API} { issues(first: 9, states: OPEN, orderBy: { field: CREATED_AT, direction: DESC }) { edges { node { number } } } } }`,
      { auth },
    )
    expect(
      json.data.repository.issues.edges.map(({ node }: { node: { number: number } }) => node.number),
    ).toEqual([5, 4, 3, 1])
  })

  test('and can be counted without', async () => {
    const { github, auth } = await withIssues()
    const { json } = await ask(github, `{ ${API} { issues { totalCount } } }`, { auth })
    expect(json).toEqual({ data: { repository: { issues: { totalCount: 5 } } } })
  })

  test.for<[Readonly<Record<string, unknown>>, string, string]>([
    [
      {},
      'MISSING_PAGINATION_BOUNDARIES',
      'You must provide a `first` or `last` value to properly paginate the `issues` connection.',
    ],
    [
      { first: 101 },
      'EXCESSIVE_PAGINATION',
      'Requesting 101 records on the `issues` connection exceeds the `first` limit of 100 records.',
    ],
    [{ last: -1 }, 'INVALID_PAGINATION', '`last` on the `issues` connection cannot be less than zero.'],
    [
      { first: 1, last: 1 },
      'INVALID_PAGINATION',
      'Passing both `first` and `last` to paginate the `issues` connection is not supported.',
    ],
    [{ first: 1, after: 'x' }, 'INVALID_CURSOR_ARGUMENTS', '`x` does not appear to be a valid cursor.'],
  ])('%j is refused as %s', async ([variables, type, message]) => {
    const { github, auth } = await withIssues()
    const { status, json } = await ask(github, QUERY, { auth, variables })
    expect([status, json.data]).toEqual([200, { repository: null }])
    expect(json.errors).toMatchObject([{ type, path: ['repository', 'issues'], message }])
  })
})
