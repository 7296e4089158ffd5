import { describe, expect, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { call, installationId, startTestGitHub, tokenFor } from './support/test-github.ts'

function remaining({ headers }: { headers: Headers }): number {
  return Number(headers.get('x-ratelimit-remaining'))
}

describe('The rate limit', () => {
  test('is counted apart for each installation, for the app, and for everybody else', async () => {
    const github = await startTestGitHub()
    const [acme, globex] = [await tokenFor(github, 'acme'), await tokenFor(github, 'globex')]
    expect(remaining(await call(github, 'GET /repos/acme/docs', { auth: acme }))).toBe(4999)
    expect(remaining(await call(github, 'GET /repos/acme/docs', { auth: globex }))).toBe(4999)
    expect(remaining(await call(github, 'GET /repos/acme/docs'))).toBe(59)
    expect(remaining(await call(github, 'GET /app', { auth: appJwt(github) }))).toBe(4997)
  })

  test('can be asked for without using it up', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    await call(github, 'GET /repos/acme/docs', { auth })
    for (const expected of [4999, 4999]) {
      const { json, headers } = await call(github, 'GET /rate_limit', { auth })
      expect([json.rate.remaining, json.resources.core.used, headers.get('x-ratelimit-used')]).toEqual([
        expected,
        1,
        '1',
      ])
    }
  })

  test('refuses nothing unless it is enforced', async () => {
    const github = await startTestGitHub({ rateLimit: { perHour: 1 } })
    const auth = await tokenFor(github, 'acme')
    for (const used of [1, 1]) {
      const { status, headers } = await call(github, 'GET /repos/acme/api', { auth })
      expect([status, headers.get('x-ratelimit-used'), headers.get('x-ratelimit-remaining')]).toEqual([
        200,
        String(used),
        '0',
      ])
    }
  })

  test('refuses with GitHub’s text when it is, until the hour is over', async () => {
    const github = await startTestGitHub({ rateLimit: { perHour: 2, enforced: true } })
    const auth = await tokenFor(github, 'acme')
    await call(github, 'GET /repos/acme/api', { auth })
    await call(github, 'GET /repos/acme/api', { auth })
    const answer = await call(github, 'GET /repos/acme/api', { auth })
    expect([answer.status, answer.json.message]).toEqual([
      403,
      `API rate limit exceeded for installation ID ${installationId(github, 'acme')}.`,
    ])
    expect(remaining(answer)).toBe(0)
    expect((await call(github, 'GET /rate_limit', { auth })).status).toBe(200)
    github.advance(3_599_999)
    expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(403)
    github.advance(1)
    const mint = `POST /app/installations/${installationId(github, 'acme')}/access_tokens`
    const { json } = await call(github, mint, { auth: appJwt(github, { at: 3600 }) })
    expect((await call(github, 'GET /repos/acme/api', { auth: json.token })).status).toBe(200)
  })
})
