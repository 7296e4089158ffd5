import { describe, expect, test } from 'vitest'
import { call, startTestGitHub, tokenFor } from './support/test-github.ts'

const ISSUE = '/repos/acme/api/issues/1'

describe('Conditional requests', () => {
  test('An answer that did not change is a 304 without a body, and costs nothing', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const first = await call(github, `GET ${ISSUE}`, { auth })
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/)
    const again = await call(github, `GET ${ISSUE}`, { auth, headers: { 'if-none-match': etag } })
    expect([again.status, again.json, again.headers.get('etag')]).toEqual([304, '', etag])
    expect(again.headers.get('content-length')).toBeNull()
    expect(again.headers.get('x-ratelimit-used')).toBe(first.headers.get('x-ratelimit-used'))
  })

  test('A 304 without authentication counts like any request', async () => {
    const github = await startTestGitHub()
    const first = await call(github, 'GET /repos/acme/docs')
    const etag = first.headers.get('etag') ?? ''
    const again = await call(github, 'GET /repos/acme/docs', { headers: { 'if-none-match': etag } })
    expect([again.status, again.headers.get('x-ratelimit-used')]).toEqual([304, '2'])
  })

  test('A change gives another ETag, and the old one gets the new answer', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const { headers } = await call(github, `GET ${ISSUE}`, { auth })
    const etag = headers.get('etag') ?? ''
    await call(github, `POST ${ISSUE}/comments`, { auth, body: { body: 'Hi' } })
    const after = await call(github, `GET ${ISSUE}`, { auth, headers: { 'if-none-match': etag } })
    expect([after.status, after.json.comments]).toEqual([200, 1])
    expect(after.headers.get('etag')).not.toBe(etag)
  })

  test('If-Modified-Since hides nothing: only the ETag decides', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const { headers } = await call(github, `GET ${ISSUE}`, { auth })
    const since = { 'if-modified-since': headers.get('last-modified') ?? '' }
    expect(since['if-modified-since']).toBe('Thu, 01 Jan 2026 00:00:00 GMT')
    await call(github, `POST ${ISSUE}/comments`, { auth, body: { body: 'In the same second' } })
    const { status, json } = await call(github, `GET ${ISSUE}`, { auth, headers: since })
    expect([status, json.comments]).toEqual([200, 1])
  })

  test('A validator does not open what the caller may not see', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const { headers } = await call(github, `GET ${ISSUE}`, { auth })
    const validators = { 'if-none-match': `${headers.get('etag')}, *` }
    expect((await call(github, `GET ${ISSUE}`, { headers: validators })).status).toBe(404)
    github.revokeToken(auth)
    expect((await call(github, `GET ${ISSUE}`, { auth, headers: validators })).status).toBe(401)
  })
})
