import { describe, expect, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { API, ask } from './support/ask-graphql.ts'
import { call, startTestGitHub, tokenFor } from './support/test-github.ts'

describe('What is not there, or not for the caller, is an error beside null', () => {
  test.for<[string, string]>([
    [
      'repository(owner: "acme", name: "nope") { id }',
      "Could not resolve to a Repository with the name 'acme/nope'.",
    ],
    [
      'repository(owner: "globex", name: "web") { id }',
      "Could not resolve to a Repository with the name 'globex/web'.",
    ],
    [
      'organization(login: "monalisa") { id }',
      "Could not resolve to an Organization with the login of 'monalisa'.",
    ],
    ['user(login: "acme") { id }', "Could not resolve to a User with the login of 'acme'."],
    ['node(id: "I_kwDOnope") { id }', "Could not resolve to a node with the global id of 'I_kwDOnope'."],
  ])('{ %s }', async ([field, message]) => {
    const github = await startTestGitHub()
    const { status, json } = await ask(github, `{ found: ${field} }`)
    expect([status, json]).toEqual([
      200,
      {
        data: { found: null },
        errors: [{ type: 'NOT_FOUND', path: ['found'], locations: [{ line: 1, column: 3 }], message }],
      },
    ])
  })

  test('an issue that does not exist leaves its repository', async () => {
    const github = await startTestGitHub()
    const { json } = await ask(github, `{ ${API} { name issue(number: 99) { id } } }`)
    expect(json.data).toEqual({ repository: { name: 'api', issue: null } })
    expect(json.errors).toMatchObject([
      { type: 'NOT_FOUND', message: 'Could not resolve to an Issue with the number of 99.' },
    ])
  })

  test('issues of a private repository need the permission', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme', { permissions: { contents: 'read' } })
    for (const field of ['issue(number: 1) { id }', 'issues { totalCount }']) {
      const { json } = await ask(github, `{ ${API} { found: ${field} } }`, { auth })
      expect(json.errors).toMatchObject([{ type: 'FORBIDDEN', path: ['repository', 'found'] }])
    }
  })

  test('neither does a node id show what the caller may not see', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const comments = '/repos/acme/api/issues/1/comments'
    const secret = {
      repository: await call(github, 'GET /repos/acme/api', { auth }),
      issue: await call(github, 'GET /repos/acme/api/issues/1', { auth }),
      comment: await call(github, `POST ${comments}`, { auth, body: { body: 'Secret' } }),
    }
    const refusals = async (token: string): Promise<Readonly<Record<string, unknown>>> => {
      const found = Object.entries(secret).map(async ([name, { json }]) => {
        const answer = await ask(github, `{ node(id: "${json.node_id}") { id } }`, { auth: token })
        return [name, answer.json.errors?.[0].type ?? 'found']
      })
      return Object.fromEntries(await Promise.all(found))
    }
    expect(await refusals(auth)).toEqual({ repository: 'found', issue: 'found', comment: 'found' })
    const stranger = await tokenFor(github, 'globex')
    const hidden = { repository: 'NOT_FOUND', issue: 'NOT_FOUND', comment: 'NOT_FOUND' }
    expect(await refusals(stranger)).toEqual(hidden)
    const narrow = await tokenFor(github, 'acme', { permissions: { contents: 'read' } })
    const forbidden = { repository: 'found', issue: 'FORBIDDEN', comment: 'FORBIDDEN' }
    expect(await refusals(narrow)).toEqual(forbidden)
  })

  test('a renamed repository is followed, unless that is not wanted', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    github.renameRepository('acme/api', 'core')
    const followed = await ask(github, `{ ${API} { nameWithOwner } }`, { auth })
    expect(followed.json.data.repository).toEqual({ nameWithOwner: 'acme/core' })
    const { json } = await ask(
      github,
      '{ repository(owner: "acme", name: "api", followRenames: false) { id } }',
      {
        auth,
      },
    )
    expect(json.errors).toMatchObject([{ type: 'NOT_FOUND' }])
  })
})

describe('Requests that are no query of somebody are refused', () => {
  test('without authentication, as an app and with a client secret', async () => {
    const github = await startTestGitHub()
    const basic = Buffer.from(`${github.app.clientId}:${github.app.clientSecret}`).toString('base64')
    for (const authorization of [undefined, `Bearer ${appJwt(github)}`, `Basic ${basic}`]) {
      const { status, json } = await call(github, 'POST /graphql', {
        body: { query: '{ __typename }' },
        ...(authorization === undefined ? {} : { headers: { authorization } }),
      })
      expect([status, json.message]).toEqual([401, 'This endpoint requires you to be authenticated.'])
    }
  })

  test('with a token that is not good', async () => {
    const github = await startTestGitHub()
    const { status, json } = await ask(github, '{ __typename }', { auth: 'ghs_unknown' })
    expect([status, json.message]).toEqual([401, 'Bad credentials'])
  })

  test('when the body is not JSON', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const { status, json } = await call(github, 'POST /graphql', { auth, body: '{ viewer' })
    expect([status, json.message]).toEqual([400, 'Problems parsing JSON'])
  })

  test.for<[unknown, string]>([
    [{}, 'A query attribute must be specified and must be a string.'],
    [{ query: 1 }, 'A query attribute must be specified and must be a string.'],
    [{ query: '{ __typename }', variables: [] }, 'Variables must be a JSON object.'],
    [{ query: '{ nope }' }, "Field 'nope' doesn't exist on type 'Query'"],
    [
      { query: '{ viewer }' },
      "Field must have selections (field 'viewer' returns User but has no selections. Did you mean 'viewer { ... }'?)",
    ],
    [{ query: '{ viewer(x: 1) { id } }' }, "Field 'viewer' doesn't accept argument 'x'"],
    [{ query: '{ node { id } }' }, "Field 'node' is missing required arguments: id"],
    [
      { query: 'query ($id: ID!) { node(id: $id) { id } }' },
      'Variable $id of type ID! was provided invalid value',
    ],
    [
      { query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: [] } },
      'Variable $id of type ID! was provided invalid value',
    ],
  ])('%j, with status 200', async ([body, message]) => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const { status, json } = await call(github, 'POST /graphql', { auth, body })
    expect([status, json.data]).toEqual([200, undefined])
    expect(json.errors).toMatchObject([{ message }])
  })
})

describe('Queries cost points of a rate limit of their own', () => {
  const COSTLY = `{ ${API} { issues(first: 100) { nodes { comments(first: 100) { nodes { repository { issues(first: 1) { nodes { id } } } } } } } }
    rateLimit { limit cost remaining used nodeCount resetAt } }`

  test('that grow with what is asked for', async () => {
    const github = await startTestGitHub()
    const { json, headers } = await ask(github, COSTLY)
    // 1 page of issues, 100 pages of comments, 10 000 pages of issues; 100 + 10 000 + 10 000 nodes.
    expect(json.data.rateLimit).toEqual({
      limit: 5000,
      cost: 101,
      remaining: 4899,
      used: 101,
      nodeCount: 20_100,
      resetAt: '2026-01-01T01:00:00Z',
    })
    expect(headers.get('x-ratelimit-resource')).toBe('graphql')
    expect(headers.get('x-ratelimit-remaining')).toBe('4899')
  })

  test('and are refused with status 200 when none are left', async () => {
    const github = await startTestGitHub({ rateLimit: { perHour: 10, enforced: true } })
    const auth = await tokenFor(github, 'acme')
    await ask(github, COSTLY, { auth })
    const { status, json } = await ask(github, '{ viewer { login } }', { auth })
    expect(status).toBe(200)
    expect(json.errors).toMatchObject([
      {
        type: 'RATE_LIMITED',
        message: expect.stringMatching(/^API rate limit exceeded for installation ID \d+\.$/),
      },
    ])
    expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(200)
  })
})
