import { describe, expect, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { call, mint, startTestGitHub } from './support/test-github.ts'

describe('The request log', () => {
  test('names the method, the path as sent, the status and the route', async () => {
    const github = await startTestGitHub()
    await call(github, 'GET /api/v3/orgs/acme/installation?x=1', { auth: appJwt(github) })
    await call(github, 'GET /nowhere')
    expect(github.requests).toEqual([
      {
        method: 'GET',
        path: '/api/v3/orgs/acme/installation',
        status: 200,
        route: '/orgs/:org/installation',
      },
      { method: 'GET', path: '/nowhere', status: 404, route: undefined },
    ])
  })

  test('counts by method, route and status, with parameters written either way', async () => {
    const github = await startTestGitHub()
    await mint(github, 'acme')
    await mint(github, 'globex')
    await mint(github, 'globex', { repositories: ['nope'] })
    expect(github.count('POST', '/app/installations/:installation_id/access_tokens')).toBe(3)
    expect(github.count('post', '/app/installations/{id}/access_tokens')).toBe(3)
    expect(github.count({ route: '/app/installations/:id/access_tokens', status: 201 })).toBe(2)
    expect(github.count({ method: 'GET' })).toBe(0)
    expect(github.count()).toBe(3)
    expect([github.mints, github.jwts]).toEqual([2, 1])
  })

  test('keeps the newest ten thousand and counts all of them', async () => {
    const { RequestLog } = await import('../src/server/request-log.ts')
    const log = new RequestLog()
    for (let index = 0; index < 25_000; index += 1)
      log.add({ method: 'GET', path: `/${index}`, status: 200, route: '/' })
    expect(log.records).toHaveLength(10_000)
    expect([log.records[0]?.path, log.records.at(-1)?.path]).toEqual(['/15000', '/24999'])
    expect(log.count({ route: '/' })).toBe(25_000)
  })
})
