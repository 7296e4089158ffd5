import { demandMint, demandThat } from '../demands.ts'
import type { GitHubRule } from '../rule.ts'
import type { JwtOptions, RuleContext } from '../rule-context.ts'

const UNDECODABLE = 'A JSON web token could not be decoded'
const EXP_TOO_FAR = "'Expiration time' claim ('exp') is too far in the future"
const EXP_INVALID =
  "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
const IAT_INVALID =
  "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
const ISS_INVALID = "'Issuer' claim ('iss') must be an Integer"

type Flaw = readonly [what: string, message: string, jwt: (github: RuleContext) => JwtOptions]

const FLAWS: readonly Flaw[] = [
  ['signed with another key', UNDECODABLE, ({ github }) => ({ key: github.otherApp.privateKey })],
  ['that is not signed', UNDECODABLE, () => ({ alg: 'none' })],
  ['signed with RS384', UNDECODABLE, () => ({ alg: 'RS384' })],
  [
    'that expires in more than ten minutes',
    EXP_TOO_FAR,
    ({ seconds }) => ({ claims: { exp: seconds + 3600 } }),
  ],
  ['that has expired', EXP_INVALID, ({ seconds }) => ({ claims: { exp: seconds - 1 } })],
  ['without exp', EXP_INVALID, () => ({ claims: { exp: undefined } })],
  ['whose exp is text', EXP_INVALID, ({ seconds }) => ({ claims: { exp: String(seconds + 60) } })],
  ['without iat', IAT_INVALID, () => ({ claims: { iat: undefined } })],
  ['whose iat is in the future', IAT_INVALID, ({ seconds }) => ({ claims: { iat: seconds + 300 } })],
  ['whose iat is not whole', IAT_INVALID, ({ seconds }) => ({ claims: { iat: seconds - 60.5 } })],
  [
    'whose iss has junk behind the id',
    ISS_INVALID,
    ({ github }) => ({ claims: { iss: `${github.app.id}junk` } }),
  ],
  ['without iss', ISS_INVALID, () => ({ claims: { iss: undefined } })],
]

/** Which JWTs prove to be an app. */
export const APP_JWT_RULES: readonly GitHubRule[] = [
  ...FLAWS.map(
    ([what, message, options]): GitHubRule => ({
      group: 'app JWTs',
      name: `A JWT ${what} is refused`,
      check: async (github) => {
        const auth = github.jwt(options(github))
        await demandThat(github, 'GET /app', { auth, expect: { status: 401, message } })
      },
    }),
  ),
  {
    group: 'app JWTs',
    name: 'A JWT that is refused mints nothing',
    check: async (github) => {
      const auth = github.jwt({ claims: { exp: github.seconds + 3600 } })
      await demandMint(github, 'acme', { auth, expect: { status: 401 } })
    },
  },
  {
    group: 'app JWTs',
    name: 'A JWT may be issued by the client id',
    check: async (github) => {
      const auth = github.jwt({ claims: { iss: github.github.app.clientId } })
      await demandThat(github, 'GET /app', { auth, expect: { status: 200 } })
    },
  },
  {
    group: 'app JWTs',
    name: 'A JWT may be issued by the app id as a number',
    check: async (github) => {
      const auth = github.jwt({ claims: { iss: github.github.app.id } })
      await demandThat(github, 'GET /app', { auth, expect: { status: 200 } })
    },
  },
  {
    group: 'app JWTs',
    name: 'An app that does not exist is not found',
    check: async (github) => {
      const auth = github.jwt({ claims: { iss: '999999999' } })
      await demandThat(github, 'GET /app', {
        auth,
        expect: { status: 404, message: 'Integration not found' },
      })
    },
  },
  {
    group: 'app JWTs',
    name: 'No credential and an installation token are no JWT',
    check: async (github) => {
      const expect = { status: 401, message: UNDECODABLE }
      await demandThat(github, 'GET /app', { expect })
      await demandThat(github, 'GET /app', { auth: await github.token('acme'), expect })
    },
  },
  {
    group: 'app JWTs',
    name: 'A good JWT is refused once its time is over',
    needs: 'advance',
    check: async (github) => {
      const auth = github.jwt()
      await demandThat(github, 'GET /app', { auth, expect: { status: 200 } })
      github.github.advance?.(600_000)
      await demandThat(github, 'GET /app', { auth, expect: { status: 401, message: EXP_INVALID } })
    },
  },
  {
    group: 'app JWTs',
    name: 'A good JWT is refused once its key is deleted',
    needs: 'deleteKey',
    check: async (github) => {
      const auth = github.jwt()
      await demandThat(github, 'GET /app', { auth, expect: { status: 200 } })
      github.github.deleteKey?.()
      await demandThat(github, 'GET /app', { auth, expect: { status: 401 } })
    },
  },
]
