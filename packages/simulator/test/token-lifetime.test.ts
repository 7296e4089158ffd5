import { describe, expect, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { RawConnection } from './support/raw-connection.ts'
import { call, installationId, mint, startTestGitHub, tokenFor } from './support/test-github.ts'

const BAD_CREDENTIALS = {
  message: 'Bad credentials',
  documentation_url: 'https://docs.github.com/rest',
  status: '401',
}

describe('A token works', () => {
  test.for(['Bearer', 'bearer', 'token'])('with the scheme %s', async (scheme) => {
    const github = await startTestGitHub()
    const authorization = `${scheme} ${await tokenFor(github, 'acme')}`
    expect(
      (await call(github, 'GET /installation/repositories', { headers: { authorization } })).status,
    ).toBe(200)
  })

  test('as the password of Basic authentication', async () => {
    const github = await startTestGitHub()
    const credential = Buffer.from(`x-access-token:${await tokenFor(github, 'acme')}`).toString('base64')
    const headers = { authorization: `Basic ${credential}` }
    expect((await call(github, 'GET /installation/repositories', { headers })).status).toBe(200)
  })

  test('until the last second of its hour, and not in the next', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    github.advance(3_599_000)
    expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(200)
    github.advance(1000)
    expect(await call(github, 'GET /repos/acme/api', { auth })).toMatchObject({
      status: 401,
      json: BAD_CREDENTIALS,
    })
  })
})

test('Revoking a token says whether it was good until now', async () => {
  const github = await startTestGitHub()
  const [good, expired] = [await tokenFor(github, 'acme'), await tokenFor(github, 'acme')]
  expect([github.revokeToken(good), github.revokeToken(good), github.revokeToken('ghs_bogus')]).toEqual([
    true,
    false,
    false,
  ])
  github.advance(3_600_000)
  expect(github.revokeToken(expired)).toBe(false)
})

test('A token that is revoked while its request still sends the body is refused', async () => {
  const github = await startTestGitHub()
  const auth = await tokenFor(github, 'acme')
  const fault = github.fail({ path: '/repos/acme/api/issues' })
  const connection = new RawConnection(github)
  const body = '{"title":"Late"}'
  await connection.send(
    `POST /repos/acme/api/issues HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\nConnection: close\r\nAuthorization: Bearer ${auth}\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  while (fault.hits === 0) await new Promise(setImmediate)
  github.revokeToken(auth)
  await connection.send(body)
  expect(await connection.closed()).toMatchObject([{ status: 401 }])
})

describe('A token that nobody minted is refused', () => {
  test.for([
    'GET /repos/acme/docs',
    'GET /rate_limit',
    'GET /meta',
    'GET /nowhere',
    'POST /repos/acme/docs/issues',
  ])('on %s', async (endpoint) => {
    const github = await startTestGitHub()
    const auth = 'ghs_totally_bogus'
    expect(await call(github, endpoint, { auth })).toMatchObject({ status: 401, json: BAD_CREDENTIALS })
  })

  test.for(['Digest abc', 'Bearer', 'token', 'Basic !!!', 'Basic eDp5', 'junk', 'Bearer a b'])(
    'as "%s"',
    async (authorization) => {
      const github = await startTestGitHub()
      const answer = await call(github, 'GET /repos/acme/docs', { headers: { authorization } })
      expect(answer).toMatchObject({ status: 401, json: BAD_CREDENTIALS })
    },
  )

  test('when it differs from a good one in its last character', async () => {
    const github = await startTestGitHub()
    const token = await tokenFor(github, 'acme')
    const auth = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')
    expect((await call(github, 'GET /repos/acme/docs', { auth })).status).toBe(401)
  })
})

describe('A token ends early', () => {
  test('when it revokes itself, and only itself', async () => {
    const github = await startTestGitHub()
    const [auth, other] = [await tokenFor(github, 'acme'), await tokenFor(github, 'acme')]
    const revoked = await call(github, 'DELETE /installation/token', { auth })
    expect([revoked.status, revoked.json]).toEqual([204, ''])
    expect(await call(github, 'GET /repos/acme/api', { auth })).toMatchObject({
      status: 401,
      json: BAD_CREDENTIALS,
    })
    expect(await call(github, 'DELETE /installation/token', { auth })).toMatchObject({
      status: 401,
      json: BAD_CREDENTIALS,
    })
    expect((await call(github, 'GET /repos/acme/api', { auth: other })).status).toBe(200)
  })

  test('but not by a JWT or by nobody', async () => {
    const github = await startTestGitHub()
    expect((await call(github, 'DELETE /installation/token', { auth: appJwt(github) })).status).toBe(403)
    expect((await call(github, 'DELETE /installation/token')).status).toBe(401)
  })

  test('when the test revokes it', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    expect(github.revokeToken(auth)).toBe(true)
    expect(github.revokeToken(auth)).toBe(false)
    expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(401)
  })

  test.for([
    [
      'the app',
      async (github: Awaited<ReturnType<typeof startTestGitHub>>, id: number) => {
        const answer = await call(github, `DELETE /app/installations/${id}`, { auth: appJwt(github) })
        expect(answer.status).toBe(204)
      },
    ],
    [
      'the owner',
      async (github: Awaited<ReturnType<typeof startTestGitHub>>, id: number) => github.uninstall(id),
    ],
  ] as const)(
    'when %s uninstalls the app, and a new installation does not bring it back',
    async ([, uninstall]) => {
      const github = await startTestGitHub()
      const auth = await tokenFor(github, 'acme')
      const id = installationId(github, 'acme')
      await uninstall(github, id)
      expect(await call(github, 'GET /repos/acme/api', { auth })).toMatchObject({
        status: 401,
        json: BAD_CREDENTIALS,
      })
      expect((await call(github, `GET /app/installations/${id}`, { auth: appJwt(github) })).status).toBe(404)
      expect((await call(github, 'GET /orgs/acme/installation', { auth: appJwt(github) })).status).toBe(404)
      const again = github.install({ account: 'acme', repositories: ['api'] })
      expect(again.id).not.toBe(id)
      expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(401)
      expect((await mint(github, 'acme')).status).toBe(201)
    },
  )
})

describe('A suspended installation', () => {
  test('refuses the tokens it has until it is unsuspended', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const id = installationId(github, 'acme')
    github.suspend(id)
    const answer = await call(github, 'GET /repos/acme/api', { auth })
    expect([answer.status, answer.json.status]).toEqual([403, '403'])
    expect(answer.json.message).toContain('suspended your access')
    github.unsuspend(id)
    expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(200)
  })

  test('can be suspended and unsuspended by the app, and says so', async () => {
    const github = await startTestGitHub()
    const id = installationId(github, 'acme')
    const auth = appJwt(github)
    expect((await call(github, `PUT /app/installations/${id}/suspended`, { auth })).status).toBe(204)
    const { json } = await call(github, `GET /app/installations/${id}`, { auth })
    expect(json).toMatchObject({ suspended_at: '2026-01-01T00:00:00Z', suspended_by: { login: 'monalisa' } })
    expect(github.installations[0]?.suspended).toBe(true)
    expect((await call(github, `DELETE /app/installations/${id}/suspended`, { auth })).status).toBe(204)
    expect((await call(github, `GET /app/installations/${id}`, { auth })).json.suspended_at).toBeNull()
  })

  test('does not affect the other installations', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'globex')
    github.suspend(installationId(github, 'acme'))
    expect((await call(github, 'GET /repos/globex/web', { auth })).status).toBe(200)
  })
})
