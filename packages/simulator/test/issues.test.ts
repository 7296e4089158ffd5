import { describe, expect, test } from 'vitest'
import { call, startTestGitHub, tokenFor } from './support/test-github.ts'

const COMMENTS = '/repos/acme/api/issues/1/comments'

describe('The app writes', () => {
  test('an issue as its bot', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const { status, json, headers } = await call(github, 'POST /repos/acme/api/issues', {
      auth,
      body: { title: 'New', body: 'Text' },
    })
    expect(status).toBe(201)
    expect(json).toMatchObject({
      number: 2,
      title: 'New',
      body: 'Text',
      state: 'open',
      comments: 0,
      created_at: '2026-01-01T00:00:00Z',
      user: { login: 'hubauth-test-app[bot]', type: 'Bot' },
      performed_via_github_app: { slug: 'hubauth-test-app' },
    })
    expect(headers.get('location')).toBe(json.url)
    expect((await call(github, 'GET /repos/acme/api/issues/2', { auth })).json).toEqual(json)
  })

  test('a comment that is counted and listed', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    github.advance(5000)
    const { status, json } = await call(github, `POST ${COMMENTS}`, { auth, body: { body: 'Seen 👀' } })
    expect([status, json.body, json.created_at]).toEqual([201, 'Seen 👀', '2026-01-01T00:00:05Z'])
    expect((await call(github, `GET ${COMMENTS}`, { auth })).json).toEqual([json])
    expect((await call(github, 'GET /repos/acme/api/issues/1', { auth })).json).toMatchObject({
      comments: 1,
      updated_at: '2026-01-01T00:00:05Z',
      user: { login: 'monalisa' },
      performed_via_github_app: null,
    })
  })

  test('issues that are listed newest first, in pages', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    await call(github, 'POST /repos/acme/api/issues', { auth, body: { title: 'Second' } })
    const { json, headers } = await call(github, 'GET /repos/acme/api/issues?per_page=1', { auth })
    expect(json.map(({ title }: { title: string }) => title)).toEqual(['Second'])
    expect(headers.get('link')).toContain('rel="next"')
    expect((await call(github, 'GET /repos/acme/api/issues?state=closed', { auth })).json).toEqual([])
  })
})

describe('What is not an issue or a comment is refused', () => {
  test.for<[string, unknown, string]>([
    [`POST ${COMMENTS}`, {}, 'Invalid request.\n\n"body" wasn\'t supplied.'],
    [`POST ${COMMENTS}`, { body: 1 }, "Invalid request.\n\nFor 'properties/body', 1 is not a string."],
    [`POST ${COMMENTS}`, { body: '  ' }, 'Validation Failed'],
    ['POST /repos/acme/api/issues', undefined, 'Invalid request.\n\n"title" wasn\'t supplied.'],
    ['POST /repos/acme/api/issues', { title: '' }, 'Validation Failed'],
    [
      'POST /repos/acme/api/issues',
      { title: 'a', body: [] },
      "Invalid request.\n\nFor 'properties/body', [] is not a string.",
    ],
  ])('%s with %j', async ([endpoint, body, message]) => {
    const github = await startTestGitHub()
    const answer = await call(github, endpoint, { auth: await tokenFor(github, 'acme'), body })
    expect([answer.status, answer.json.message]).toEqual([422, message])
  })

  test.for(['0', '99', 'abc', '1.0', '-1', '1e0', '__proto__'])('issue %s does not exist', async (number) => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    expect((await call(github, `GET /repos/acme/api/issues/${number}`, { auth })).status).toBe(404)
    expect(
      (await call(github, `POST /repos/acme/api/issues/${number}/comments`, { auth, body: { body: 'Hi' } }))
        .status,
    ).toBe(404)
  })
})

describe('Texts are as long as GitHub takes them', () => {
  test.each([
    ['POST /repos/acme/api/issues', { title: 't'.repeat(257) }, 'Issue', 'title', 256],
    ['PATCH /repos/acme/api/issues/1', { title: 't'.repeat(257) }, 'Issue', 'title', 256],
    ['POST /repos/acme/api/issues', { title: 'T', body: 'b'.repeat(65_537) }, 'Issue', 'body', 65_536],
    [`POST ${COMMENTS}`, { body: 'b'.repeat(65_537) }, 'IssueComment', 'body', 65_536],
  ])('%s with more is refused (%#)', async (endpoint, body, resource, field, maximum) => {
    const github = await startTestGitHub()
    const { status, json } = await call(github, endpoint, { auth: await tokenFor(github, 'acme'), body })
    expect([status, json.message]).toEqual([422, 'Validation Failed'])
    const message = `${field} is too long (maximum is ${maximum} characters)`
    expect(json.errors).toEqual([{ resource, code: 'custom', field, message }])
  })

  test('and the longest ones are taken', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const body = { title: 't'.repeat(256), body: 'b'.repeat(65_536) }
    expect((await call(github, 'POST /repos/acme/api/issues', { auth, body })).status).toBe(201)
    expect((await call(github, `POST ${COMMENTS}`, { auth, body: { body: body.body } })).status).toBe(201)
  })
})
