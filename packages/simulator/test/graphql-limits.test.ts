import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { type Answer, call, startTestGitHub, tokenFor } from './support/test-github.ts'

const REFUSED = {
  errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits for this query exceeded.' }],
}

async function start(bodies: readonly string[] = []): Promise<(body: unknown) => Promise<Answer>> {
  const issues = Array.from({ length: 100 }, (_, index) => ({
    title: `Issue ${index}`,
    body: bodies[index] ?? '',
  }))
  const github: Simulator = await startTestGitHub({
    accounts: [{ login: 'acme', repositories: [{ name: 'api', issues }], installation: {} }],
  })
  const auth = await tokenFor(github, 'acme')
  return (body) => call(github, 'POST /graphql', { auth, body })
}

function repeated(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(' ')
}

// Each fragment asks twice for what the next one asks for.
function doubling(levels: number): string {
  const fragment = (index: number): string => {
    const next = `issue(number: 1) { repository { ...F${index + 1} } }`
    return `fragment F${index} on Repository { a: ${next} b: ${next} }`
  }
  return `{ repository(owner: "acme", name: "api") { ...F0 } } ${repeated(levels, fragment)} fragment F${levels} on Repository { id }`
}

describe('A query that would take long is refused before it does', () => {
  test.for<[string, string]>([
    ['that is too long', `{ ${repeated(4000, (index) => `a${index}: viewer { id }`)} }`],
    ['that never closes what it opens', '{'.repeat(100_000)],
    ['that is too deep', `{ a ${'{ a '.repeat(60)}${'}'.repeat(61)}`],
    [
      'whose fragments are too deep',
      `{ viewer { ...F0 } } ${repeated(60, (index) => `fragment F${index} on User { ...F${index + 1} }`)}`,
    ],
    [
      'whose unused fragments are too deep',
      `{ viewer { id } } ${repeated(60, (index) => `fragment F${index} on User { ...F${index + 1} }`)}`,
    ],
    ['whose fragments double at every level', doubling(15)],
    ['that asks for the same thing too often to compare', `{ ${repeated(2000, () => 'viewer { id }')} }`],
    ['with a list in a list in a list', `{ viewer(a: ${'['.repeat(200)}) }`],
  ])('%s', async ([_, query]) => {
    const ask = await start()
    const { status, json } = await ask({ query })
    expect([status, json]).toEqual([200, REFUSED])
  })

  test('that asks for more nodes than GitHub allows, also by variables and their defaults', async () => {
    const ask = await start()
    const within = (inner: string): string =>
      `repository(owner: "acme", name: "api") { issues(first: 100) { nodes { ${inner} } } }`
    const body = within(
      `repository { issues(first: $many) { nodes { comments(last: $most) { nodes { id } } } } }`,
    )
    const query = `query ($many: Int, $most: Int = 100) { ${body} }`
    const { json } = await ask({ query, variables: { many: 100 } })
    expect(json).toEqual({
      errors: [
        {
          type: 'MAX_NODE_LIMIT_EXCEEDED',
          message:
            'This query requests up to 1,010,100 possible nodes which exceeds the maximum limit of 500,000.',
        },
      ],
    })
    expect((await ask({ query, variables: { many: 1 } })).json.errors).toBeUndefined()
  })

  test('that finds more than it may while it runs', async () => {
    const ask = await start()
    const fields = repeated(30, (index) => `f${index}: title`)
    const query = `{ repository(owner: "acme", name: "api") { issues(first: 100) { nodes { repository { issues(first: 100) { nodes { ${fields} } } } } } } }`
    const { status, json } = await ask({ query })
    expect([status, json.errors[0]]).toMatchObject([
      200,
      { type: 'RESOURCE_LIMITS_EXCEEDED', path: expect.any(Array) },
    ])
  })

  test('that asks for the same long text under many names', async () => {
    const ask = await start(['x'.repeat(500_000)])
    const { status, json } = await ask({
      query: `{ repository(owner: "acme", name: "api") { ${repeated(100, (index) => `a${index}: issue(number: 1) { body }`)} } }`,
    })
    expect(status).toBe(200)
    expect(json.errors[0]).toMatchObject({
      type: 'RESOURCE_LIMITS_EXCEEDED',
      path: ['repository', 'a67', 'body'],
    })
    expect(json.data.repository.a66.body.length).toBe(500_000)
    expect(json.data.repository.a67).toBeNull()
  })

  test('and a long text that is wrong is not repeated under every name', async () => {
    const ask = await start()
    const { json } = await ask({
      query: `query ($long: String!) { ${repeated(500, (index) => `a${index}: user(login: $long) { id }`)} }`,
      variables: { long: 'x'.repeat(900_000) },
    })
    expect(json.errors.length).toBe(100)
    expect(json.errors[0].message.length).toBeLessThan(400)
  })

  test('but fragments that contain themselves are a mistake of their own', async () => {
    const ask = await start()
    const { json } = await ask({
      query: '{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }',
    })
    expect(json.errors).toMatchObject([{ message: 'Cannot spread fragment "A" within itself via "B".' }])
  })
})

describe('Whatever is sent is answered', () => {
  const word = fc.constantFrom(
    ...'{ } ( ) [ ] : ! $ @ | = ... & , # " """ \\ on query mutation subscription fragment type viewer login id'.split(
      ' ',
    ),
    ...'repository issues nodes edges first last after 1 -1 1e400 99999999999 null true $v @skip(if:true)'.split(
      ' ',
    ),
    ...'owner:"acme" name:"api" F __typename __schema types fields node addComment input \n \u0000 \ufeff é'.split(
      ' ',
    ),
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(word, { maxLength: 60 }).map((words) => words.join(' ')),
  )
  const body = fc.record(
    { query: fc.oneof(text, fc.jsonValue()), variables: fc.jsonValue(), operationName: fc.jsonValue() },
    { requiredKeys: [] },
  )

  test('with data or errors, and status 200', async () => {
    const ask = await start()
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const { status, json } = await ask(sent)
        expect(status).toBe(200)
        expect('data' in json || json.errors.length > 0).toBe(true)
        expect(JSON.stringify(json)).not.toContain('Something went wrong')
      }),
      { numRuns: 500 },
    )
  })

  const field: fc.Arbitrary<string> = fc.letrec<{ set: string; field: string }>((tie) => ({
    set: fc
      .array(tie('field'), { minLength: 1, maxLength: 3 })
      .map((fields) => `{ ${fields.map((text, index) => `a${index}: ${text}`).join(' ')} }`),
    field: fc.oneof(
      { maxDepth: 8 },
      fc.constantFrom('id', 'url', 'login', 'title', 'totalCount', '__typename', 'isPrivate'),
      fc
        .tuple(
          fc.constantFrom(
            'viewer',
            'repository(owner: "acme", name: "api")',
            'issue(number: 1)',
            'issues(first: 2)',
            'comments(last: 100)',
            'nodes',
            'edges',
            'node',
            'author',
            'owner',
            'pageInfo',
            'repository',
            'rateLimit',
          ),
          tie('set'),
        )
        .map(([name, set]) => `${name} ${set}`),
    ),
  })).field

  test('also when it is a query', async () => {
    const ask = await start()
    await fc.assert(
      fc.asyncProperty(field, async (selected) => {
        const { status, json } = await ask({ query: `{ ${selected} }` })
        expect(status).toBe(200)
        expect(JSON.stringify(json)).not.toContain('Something went wrong')
      }),
      { numRuns: 300 },
    )
  })
})
