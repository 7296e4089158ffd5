import { expect, test } from 'vitest'
import { appJwt, newPrivateKey } from './support/app-jwt.ts'
import { call, installationId, startTestGitHub, tokenFor } from './support/test-github.ts'

test('A new token is unknown, then without permissions, then good, by the simulated clock', async () => {
  const github = await startTestGitHub({ replicationLag: { tokenMs: 2_000, permissionsMs: 3_000 } })
  const auth = await tokenFor(github, 'acme')
  const issues = async (): Promise<unknown[]> => {
    const { status, json } = await call(github, 'GET /repos/acme/api/issues', { auth })
    return [status, json.message]
  }
  expect(await issues()).toEqual([401, 'Bad credentials'])
  github.advance(1_999)
  expect(await issues()).toEqual([401, 'Bad credentials'])
  github.advance(1)
  expect(await issues()).toEqual([403, 'Resource not accessible by integration'])
  github.advance(2_999)
  expect((await issues())[0]).toBe(403)
  github.advance(1)
  expect((await issues())[0]).toBe(200)
})

test('Tokens that were minted before the lag was set do not feel it', async () => {
  const github = await startTestGitHub()
  const auth = await tokenFor(github, 'acme')
  github.setReplicationLag({ tokenMs: 5_000 })
  expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(200)
})

test('A new key is refused until it is known; the old key works meanwhile', async () => {
  const github = await startTestGitHub()
  github.setReplicationLag({ keyMs: 10_000 })
  const key = await github.addKey()
  const withNewKey = (): Promise<{ status: number }> =>
    call(github, 'GET /app', { auth: appJwt(github, { key }) })
  expect((await withNewKey()).status).toBe(401)
  expect((await call(github, 'GET /app', { auth: appJwt(github) })).status).toBe(200)
  github.advance(9_999)
  expect((await withNewKey()).status).toBe(401)
  github.advance(1)
  expect((await withNewKey()).status).toBe(200)
})

test('An app whose only key is not known yet is told to generate one', async () => {
  const github = await startTestGitHub({ app: { privateKey: newPrivateKey() } })
  github.deleteKey(github.app.privateKeyFingerprint)
  github.setReplicationLag({ keyMs: 1_000 })
  const key = await github.addKey()
  const { status, json } = await call(github, 'GET /app', { auth: appJwt(github, { key }) })
  expect([status, json.message]).toEqual([401, 'Integration must generate a public key'])
})

test('A lag that is no duration is refused by name', async () => {
  const github = await startTestGitHub()
  expect(() => github.setReplicationLag({ tokenMs: -1 })).toThrow('replicationLag.tokenMs')
  expect(installationId(github, 'acme')).toBeGreaterThan(0)
})

test('A clock that is moved back makes neither keys nor tokens unknown', async () => {
  const github = await startTestGitHub()
  const key = await github.addKey()
  const auth = await tokenFor(github, 'acme')
  github.advance(-60_000)
  expect((await call(github, 'GET /repos/acme/api/issues', { auth })).status).toBe(200)
  expect((await call(github, 'GET /app', { auth: appJwt(github, { key, at: -60 }) })).status).toBe(200)
})
