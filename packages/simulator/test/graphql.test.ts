import { readdirSync, readFileSync } from 'node:fs'
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { API, ask } from './support/ask-graphql.ts'
import { type Answer, call, startTestGitHub, tokenFor } from './support/test-github.ts'
import { only, startReceiver } from './support/webhook-receiver.ts'

describe('GraphQL shows the same GitHub as REST', () => {
  test('repositories, issues and comments have the node ids and addresses of REST', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const comment = await call(github, 'POST /repos/acme/api/issues/1/comments', {
      auth,
      body: { body: 'Seen' },
    })
    const issue = await call(github, 'GET /repos/acme/api/issues/1', { auth })
    const repository = await call(github, 'GET /repos/acme/api', { auth })
    const fields = 'id databaseId url'
    const { json } = await ask(
      github,
      `{ ${API} { ${fields} owner { id } issue(number: 1) {
        ${fields} author { ... on User { id } } comments(first: 1) { nodes { ${fields} author { ... on Bot { id } } } }
      } } }`,
      { auth },
    )
    const same = ({ json: rest }: Answer) => ({ id: rest.node_id, databaseId: rest.id, url: rest.html_url })
    const { owner, issue: found, ...rest } = json.data.repository
    const { author, comments, ...ofIssue } = found
    expect(rest).toEqual(same(repository))
    expect(owner.id).toBe(repository.json.owner.node_id)
    expect(ofIssue).toEqual(same(issue))
    expect(author.id).toBe(issue.json.user.node_id)
    expect(comments.nodes).toEqual([{ ...same(comment), author: { id: comment.json.user.node_id } }])
  })

  test('everything that has a node id is found by it', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const rest = await Promise.all([
      call(github, 'GET /repos/acme/api', { auth }),
      call(github, 'GET /repos/acme/api/issues/1', { auth }),
      call(github, 'POST /repos/acme/api/issues/1/comments', { auth, body: { body: 'Seen' } }),
      call(github, 'GET /users/acme'),
      call(github, 'GET /users/monalisa'),
      call(github, `GET /users/${encodeURIComponent(github.app.bot.login)}`),
    ])
    const ids = rest.map(({ json }) => String(json.node_id))
    const aliases = ids.map((id, index) => `n${index}: node(id: "${id}") { id __typename }`)
    const { json } = await ask(github, `{ ${aliases.join(' ')} }`, { auth })
    expect(Object.values(json.data)).toEqual(
      ['Repository', 'Issue', 'IssueComment', 'Organization', 'User', 'Bot'].map((__typename, index) => ({
        id: ids[index],
        __typename,
      })),
    )
  })

  test('the viewer of an installation token is the bot of the app', async () => {
    const github = await startTestGitHub()
    const { json } = await ask(github, '{ viewer { login databaseId __typename } }')
    const { login, id } = github.app.bot
    expect(json).toEqual({ data: { viewer: { login, databaseId: id, __typename: 'User' } } })
  })

  test('the viewer of a user token is the user', async () => {
    const github = await startTestGitHub()
    const auth = github.createPersonalAccessToken('monalisa')
    const { json } = await ask(github, '{ viewer { login email name } }', { auth })
    expect(json.data.viewer).toEqual({ login: 'monalisa', email: '', name: null })
  })

  test('a bot that writes has no [bot] behind its login', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    await call(github, 'POST /repos/acme/api/issues', { auth, body: { title: 'By the app' } })
    const { json } = await ask(github, `{ ${API} { issue(number: 2) { author { login __typename } } } }`, {
      auth,
    })
    expect(json.data.repository.issue.author).toEqual({ login: github.app.slug, __typename: 'Bot' })
  })

  test('it answers where GitHub Enterprise Server has it', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const { status, json } = await call(github, 'POST /api/graphql', {
      auth,
      body: { query: '{ __typename }' },
    })
    expect([status, json]).toEqual([200, { data: { __typename: 'Query' } }])
  })

  test('the schema can be asked for, as code generators do', async () => {
    const github = await startTestGitHub()
    const { json } = await ask(github, getIntrospectionQuery())
    const schema = printSchema(buildClientSchema(json.data))
    expect(schema).toContain('addComment(input: AddCommentInput!): AddCommentPayload')
    expect(schema).toContain('databaseId: Int\n')
  })
})

describe('addComment', () => {
  const MUTATION = `mutation ($input: AddCommentInput!) {
    addComment(input: $input) { clientMutationId commentEdge { node { body author { login } } } subject { id } }
  }`

  async function issueId(github: Simulator, path: string, auth: string): Promise<string> {
    return String((await call(github, `GET ${path}`, { auth })).json.node_id)
  }

  test('writes a comment that REST lists', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const subjectId = await issueId(github, '/repos/acme/api/issues/1', auth)
    const variables = { input: { subjectId, body: 'From GraphQL', clientMutationId: 'mine' } }
    const { json } = await ask(github, MUTATION, { auth, variables })
    expect(json.data.addComment).toEqual({
      clientMutationId: 'mine',
      commentEdge: { node: { body: 'From GraphQL', author: { login: github.app.slug } } },
      subject: { id: subjectId },
    })
    const listed = await call(github, 'GET /repos/acme/api/issues/1/comments', { auth })
    expect(listed.json).toMatchObject([{ body: 'From GraphQL', user: { login: github.app.bot.login } }])
  })

  test('is heard by webhook, as one over REST is', async () => {
    const receiver = await startReceiver()
    const github = await startTestGitHub({ app: { webhookUrl: receiver.url } })
    const auth = await tokenFor(github, 'acme')
    const subjectId = await issueId(github, '/repos/acme/api/issues/1', auth)
    await ask(github, MUTATION, { auth, variables: { input: { subjectId, body: 'Heard' } } })
    await github.settled()
    const { headers, body } = only(receiver.received)
    expect(headers['x-github-event']).toBe('issue_comment')
    expect(JSON.parse(body)).toMatchObject({ action: 'created', comment: { body: 'Heard' } })
  })

  test('needs the permission to write', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme', { permissions: { issues: 'read' } })
    const subjectId = await issueId(github, '/repos/acme/api/issues/1', auth)
    const { status, json } = await ask(github, MUTATION, {
      auth,
      variables: { input: { subjectId, body: 'No' } },
    })
    expect(status).toBe(200)
    expect(json).toEqual({
      data: { addComment: null },
      errors: [
        {
          type: 'FORBIDDEN',
          path: ['addComment'],
          locations: [{ line: 2, column: 5 }],
          message: 'Resource not accessible by integration',
        },
      ],
    })
  })

  test('does not know an issue that the token does not reach', async () => {
    const github = await startTestGitHub()
    const subjectId = await issueId(github, '/repos/acme/api/issues/1', await tokenFor(github, 'acme'))
    const { json } = await ask(github, MUTATION, {
      auth: await tokenFor(github, 'globex'),
      variables: { input: { subjectId, body: 'No' } },
    })
    expect(json.errors).toMatchObject([
      { type: 'NOT_FOUND', message: `Could not resolve to a node with the global id of '${subjectId}'.` },
    ])
  })

  test('refuses a blank comment', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const subjectId = await issueId(github, '/repos/acme/api/issues/1', auth)
    const { json } = await ask(github, MUTATION, { auth, variables: { input: { subjectId, body: ' ' } } })
    expect(json).toMatchObject({ data: { addComment: null }, errors: [{ type: 'UNPROCESSABLE' }] })
  })
})

test('Nothing loads the query language before the first query', () => {
  const source = new URL('../src/', import.meta.url)
  const eager = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('graphql'))
    .filter((file) =>
      /^import (?!type\b).*from '(?:graphql|.*\/graphql\/.*)'/m.test(
        readFileSync(new URL(file, source), 'utf8'),
      ),
    )
  expect(eager).toEqual([])
})
