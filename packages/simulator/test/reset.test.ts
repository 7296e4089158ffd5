import { expect, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { ACCOUNTS, call, installationId, mint, startTestGitHub, tokenFor } from './support/test-github.ts'

test('A reset brings back what was seeded, with the same ids, keys and secrets', async () => {
  const github = await startTestGitHub({ apps: [{ slug: 'one' }, { slug: 'two' }] })
  const [before, url] = [JSON.stringify([github.apps, github.installations, github.now]), github.url]
  github.uninstall(installationId(github, 'acme'))
  github.renameRepository('globex/web', 'web2')
  github.addAccount({ login: 'hooli' })
  github.deleteKey(github.app.privateKeyFingerprint)
  github.advance(60_000)
  await github.reset()
  expect(JSON.stringify([github.apps, github.installations, github.now])).toBe(before)
  expect(github.url).toBe(url)
  expect((await mint(github, 'acme')).status).toBe(201)
  expect((await call(github, 'GET /orgs/hooli/installation', { auth: appJwt(github) })).status).toBe(404)
})

test('A reset forgets tokens, faults, lags, limits and counts', async () => {
  const github = await startTestGitHub({ rateLimit: { perHour: 3, enforced: true } })
  const auth = await tokenFor(github, 'acme')
  const credential = github.createPersonalAccessToken('monalisa')
  github.setReplicationLag({ tokenMs: 5_000 })
  github.fail({ times: 'always', response: 'reset' })
  await github.reset()
  expect([github.mints, github.jwts, github.count(), github.requests, github.faults]).toEqual([
    0,
    0,
    0,
    [],
    [],
  ])
  for (const old of [auth, credential])
    expect((await call(github, 'GET /repos/acme/api', { auth: old })).json.message).toBe('Bad credentials')
  const fresh = await tokenFor(github, 'acme')
  expect((await call(github, 'GET /repos/acme/api', { auth: fresh })).status).toBe(200)
})

test('Whoever holds the simulator, one of its methods or a connection keeps it over a reset', async () => {
  const github = await startTestGitHub()
  const { fail, count } = github
  await call(github, 'GET /meta')
  await github.reset()
  fail({ path: '/meta', error: 'SERVER_ERROR' })
  expect((await call(github, 'GET /meta')).status).toBe(500)
  expect([count(), github.faults.length]).toEqual([1, 1])
})

test('A request that is under way ends in the world where it began', async () => {
  const github = await startTestGitHub()
  const fault = github.fail({ path: '/meta', delayMs: 50 })
  const slow = call(github, 'GET /meta')
  while (fault.hits === 0) await new Promise(setImmediate)
  await github.reset()
  expect((await slow).status).toBe(200)
  expect(github.count()).toBe(0)
})

test('A reset can be asked for over HTTP, and a seed that the caller changed meanwhile is still the old one', async () => {
  const accounts = structuredClone(ACCOUNTS) as { login: string }[]
  const github = await startTestGitHub({ control: true, accounts })
  for (const account of accounts) account.login = `${account.login}-2`
  const headers = { 'content-type': 'application/json' }
  const answer = await call(github, 'POST /_simulator/reset', { headers, body: {} })
  expect([answer.status, answer.json]).toEqual([200, { result: null }])
  expect(github.installations.map(({ account }) => account)).toEqual(['acme', 'globex'])
})

test('Two resets at once leave one simulator that works', async () => {
  const github = await startTestGitHub()
  await Promise.all([github.reset(), github.reset()])
  expect((await mint(github, 'acme')).status).toBe(201)
  await github.close()
  await github.close()
})

test('A simulator that is logged shows no secrets', async () => {
  const github = await startTestGitHub()
  expect(JSON.stringify({ github })).toBe(JSON.stringify({ github: { url: github.url } }))
})
