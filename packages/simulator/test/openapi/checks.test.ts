import { describe, expect, test } from 'vitest'
import { answerViolations, webhookViolations } from '../support/github-schemas.ts'
import { type Answer, call, startTestGitHub } from '../support/test-github.ts'
import { asApp } from './row.ts'

async function app(): Promise<Answer> {
  const github = await startTestGitHub()
  return call(github, 'GET /app', { headers: await asApp(github) })
}

describe('An answer is refused', () => {
  test.for([
    ['without a required member', { name: undefined }, "/ must have required property 'name'"],
    ['with a member of another type', { id: '1' }, '/id must be integer'],
    ['with an address that is none', { html_url: 'nowhere' }, '/html_url must match format "uri"'],
    ['with null where none may be', { events: null }, '/events must be array'],
    ['with a member that GitHub does not send', { colour: 'red' }, '/colour is not in the schema'],
    [
      'with a member inside that GitHub does not send',
      { owner: { colour: 1 } },
      '/owner/colour is not in the schema',
    ],
    [
      'with a fraction of a second',
      { created_at: '2026-01-01T00:00:00.000Z' },
      '/created_at is not a time of whole seconds: 2026-01-01T00:00:00.000Z',
    ],
    [
      'with a permission that GitHub does not have',
      { permissions: { nope: 'read' } },
      '/permissions/nope is not a permission of level read',
    ],
    [
      'with a level that a permission does not have',
      { permissions: { workflows: 'read' } },
      '/permissions/workflows is not a permission of level read',
    ],
  ] as const)('%s', async ([, members, violation]) => {
    const answer = await app()
    expect(answerViolations('GET /app', answer)).toEqual([])
    // As it would arrive.
    const json = JSON.parse(JSON.stringify({ ...answer.json, ...members }))
    expect(answerViolations('GET /app', { ...answer, json })).toContainEqual(
      expect.stringContaining(violation),
    )
  })

  test.for([
    ['with a status that the operation does not have', 'GET /app', 202, {}, 'status 202 is not declared'],
    ['with a body beside 204', 'DELETE /installation/token', 204, {}, 'a body where there must be none'],
    ['as an error without a message', 'GET /app', 404, {}, 'an error without a message'],
    ['as an error without a page', 'GET /app', 404, {}, 'an error without a documentation_url'],
    [
      'as an error with the status of another',
      'GET /app',
      404,
      { status: '403' },
      'an error without its status',
    ],
    ['as an error that is a text', 'GET /app', 404, 'Not Found', '/ must be object'],
    ['from an endpoint that GitHub does not describe', 'GET /nope', 200, {}, 'GET /nope is not described'],
  ] as const)('%s', async ([, endpoint, status, json, violation]) => {
    const { headers } = await app()
    const violations = answerViolations(endpoint, { status, headers, json })
    expect(violations).toContainEqual(expect.stringContaining(violation))
  })
})

test('A webhook is refused without what GitHub always sends with it, or when GitHub has none of that name', () => {
  expect(webhookViolations('installation', 'created', { action: 'created' })).toEqual([
    expect.stringContaining("must have required property 'installation'"),
    expect.stringContaining("must have required property 'sender'"),
  ])
  expect(webhookViolations('installation', 'opened', {})).toEqual([
    'webhook installation.opened is not described',
  ])
  expect(webhookViolations('ping', undefined, { zen: 1 })).toContainEqual(
    expect.stringContaining('/zen must be string'),
  )
  expect(webhookViolations('ping', undefined, { colour: 1 })).toContainEqual('/colour is not in the schema')
})
