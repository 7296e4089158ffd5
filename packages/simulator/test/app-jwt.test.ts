import { describe, expect, test } from 'vitest'
import { appJwt, type JwtOptions, newPrivateKey, START_SECONDS } from './support/app-jwt.ts'
import { call, startTestGitHub, tokenFor } from './support/test-github.ts'

const UNDECODABLE = 'A JSON web token could not be decoded'
const EXP =
  "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
const EXP_FAR = "'Expiration time' claim ('exp') is too far in the future"
const IAT = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
const ISS = "'Issuer' claim ('iss') must be an Integer"

describe('An app JWT is accepted', () => {
  test.for<[string, (id: number, clientId: string) => unknown]>([
    ['the app id as a number', (id) => id],
    ['the app id as a string', (id) => String(id)],
    ['the client id', (_, clientId) => clientId],
  ])('when its issuer is %s', async ([, issuer]) => {
    const github = await startTestGitHub()
    const auth = appJwt(github, { claims: { iss: issuer(github.app.id, github.app.clientId) } })
    const { status, json } = await call(github, 'GET /app', { auth })
    expect(status).toBe(200)
    expect(json).toMatchObject({ id: github.app.id, client_id: github.app.clientId, installations_count: 2 })
  })

  test('when it expires in exactly ten minutes and was issued this very second', async () => {
    const github = await startTestGitHub()
    const auth = appJwt(github, { claims: { iat: START_SECONDS, exp: START_SECONDS + 600 } })
    expect((await call(github, 'GET /app', { auth })).status).toBe(200)
  })

  test('as often as it is sent, and counts once', async () => {
    const github = await startTestGitHub()
    const auth = appJwt(github)
    await Promise.all(Array.from({ length: 5 }, () => call(github, 'GET /app', { auth })))
    await call(github, 'GET /app', { auth: appJwt(github, { claims: { jti: 'another' } }) })
    expect(github.jwts).toBe(2)
  })
})

describe('An app JWT is refused with GitHub’s own text', () => {
  test.for<[string, number, string, JwtOptions]>([
    ['another key signed it', 401, UNDECODABLE, { key: newPrivateKey() }],
    ['it is not signed', 401, UNDECODABLE, { alg: 'none' }],
    ['it is signed with a shared secret', 401, UNDECODABLE, { alg: 'HS256', key: 'secret' }],
    ['it is signed with RS384', 401, UNDECODABLE, { alg: 'RS384' }],
    ['it is signed with RS512', 401, UNDECODABLE, { alg: 'RS512' }],
    ['it expires in more than ten minutes', 401, EXP_FAR, { claims: { exp: START_SECONDS + 601 } }],
    ['it has expired', 401, EXP, { claims: { exp: START_SECONDS } }],
    ['it never expires', 401, EXP, { claims: { exp: undefined } }],
    ['its expiry is text', 401, EXP, { claims: { exp: String(START_SECONDS + 60) } }],
    ['its expiry is null', 401, EXP, { claims: { exp: null } }],
    ['it was issued in the future', 401, IAT, { claims: { iat: START_SECONDS + 1 } }],
    ['it does not say when it was issued', 401, IAT, { claims: { iat: undefined } }],
    ['it was issued at a fraction of a second', 401, IAT, { claims: { iat: START_SECONDS - 60.5 } }],
    ['it was issued at a text', 401, IAT, { claims: { iat: String(START_SECONDS - 60) } }],
    ['its issuer only starts with a number', 401, ISS, { claims: { iss: '1001001junk' } }],
    ['it has no issuer', 401, ISS, { claims: { iss: undefined } }],
    ['its issuer is an object', 401, ISS, { claims: { iss: {} } }],
    ['its issuer is an unknown app id', 404, 'Integration not found', { claims: { iss: 999 } }],
    [
      'its issuer is an unknown client id',
      404,
      'Integration not found',
      { claims: { iss: 'Iv23liAAAAAAAAAAAAAA' } },
    ],
  ])('when %s', async ([, status, message, options]) => {
    const github = await startTestGitHub()
    const answer = await call(github, 'GET /app', { auth: appJwt(github, options) })
    expect(answer.status).toBe(status)
    expect(answer.json).toEqual({
      message,
      documentation_url: 'https://docs.github.com/rest',
      status: String(status),
    })
    expect(github.jwts).toBe(0)
  })

  test.for([
    ['nothing is sent', {}],
    ['garbage is sent', { authorization: 'Bearer garbage' }],
    ['three dotted words are sent', { authorization: 'Bearer ey.ey.ey' }],
    ['an empty credential is sent', { authorization: 'Bearer ' }],
    ['a token nobody knows is sent', { authorization: 'token ghs_000000000000000000000000000000000000' }],
  ] as const)('when %s', async ([, headers]) => {
    const github = await startTestGitHub()
    const answer = await call(github, 'GET /app', { headers })
    expect([answer.status, answer.json.message]).toEqual([401, UNDECODABLE])
  })

  test('when the scheme is not Bearer', async () => {
    const github = await startTestGitHub()
    const answer = await call(github, 'GET /app', { headers: { authorization: `token ${appJwt(github)}` } })
    expect([answer.status, answer.json.message]).toEqual([401, UNDECODABLE])
  })

  test('when an installation token takes its place', async () => {
    const github = await startTestGitHub()
    const answer = await call(github, 'GET /app', { auth: await tokenFor(github, 'acme') })
    expect([answer.status, answer.json.message]).toEqual([401, UNDECODABLE])
  })

  test('when one character of its payload was changed', async () => {
    const github = await startTestGitHub()
    const [header, , signature] = appJwt(github).split('.')
    const [, payload] = appJwt(github, { claims: { admin: true } }).split('.')
    const answer = await call(github, 'GET /app', { auth: `${header}.${payload}.${signature}` })
    expect([answer.status, answer.json.message]).toEqual([401, UNDECODABLE])
  })
})

describe('A JWT that was accepted before', () => {
  test('is refused once the clock passes its expiry', async () => {
    const github = await startTestGitHub()
    const auth = appJwt(github)
    expect((await call(github, 'GET /app', { auth })).status).toBe(200)
    github.advance(540_000)
    const answer = await call(github, 'GET /app', { auth })
    expect([answer.status, answer.json.message]).toEqual([401, EXP])
  })

  test('is refused once its key is deleted, while the JWT of another key works', async () => {
    const github = await startTestGitHub()
    const auth = appJwt(github)
    expect((await call(github, 'GET /app', { auth })).status).toBe(200)
    const second = await github.addKey()
    github.deleteKey(github.app.privateKeyFingerprint)
    const refused = await call(github, 'GET /app', { auth })
    expect([refused.status, refused.json.message]).toEqual([401, UNDECODABLE])
    expect((await call(github, 'GET /app', { auth: appJwt(github, { key: second }) })).status).toBe(200)
  })

  test('is refused with its own text once the app has no key left', async () => {
    const github = await startTestGitHub()
    github.deleteKey(github.app.privateKey)
    const answer = await call(github, 'GET /app', { auth: appJwt(github) })
    expect([answer.status, answer.json.message]).toEqual([401, 'Integration must generate a public key'])
  })
})

test('The private key is handed out as PKCS#1, whatever form it came in', async () => {
  const github = await startTestGitHub()
  expect(github.app.privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
})

test('A client can measure a skewed clock from the Date header of the refusal', async () => {
  const github = await startTestGitHub()
  github.advance(20 * 60_000)
  const answer = await call(github, 'GET /app', { auth: appJwt(github) })
  expect(answer.json.message).toBe(EXP)
  const skewMs = Date.parse(answer.headers.get('date') ?? '') - START_SECONDS * 1000
  expect((await call(github, 'GET /app', { auth: appJwt(github, { at: skewMs / 1000 }) })).status).toBe(200)
})
