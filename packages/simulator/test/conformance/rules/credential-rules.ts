import { demand, demandThat } from '../demands.ts'
import type { GitHubRule } from '../rule.ts'

const BAD_CREDENTIALS = { status: 401, message: 'Bad credentials' }
const HOUR_MS = 3_600_000
const UNKNOWN = `ghs_${'0'.repeat(36)}`
const BASIC = Buffer.from(`x-access-token:${UNKNOWN}`).toString('base64')

const SCHEMES = [
  ['Bearer', `Bearer ${UNKNOWN}`],
  ['token', `token ${UNKNOWN}`],
  ['Basic', `Basic ${BASIC}`],
] as const
const ENDPOINTS = [
  ['when it asks who it is', 'GET /user', undefined],
  ['when it reads a private repository', 'GET /repos/acme/api', undefined],
  ['when it reads a public repository', 'GET /repos/acme/docs', undefined],
  ['when it opens an issue', 'POST /repos/acme/api/issues', { title: 'Unknown' }],
] as const

const UNKNOWN_TOKEN_RULES = SCHEMES.flatMap(([scheme, authorization]) =>
  ENDPOINTS.map(
    ([when, endpoint, body]): GitHubRule => ({
      group: 'unknown tokens',
      name: `An unknown token is refused as ${scheme} ${when}`,
      check: async (github) => {
        await demandThat(github, endpoint, { headers: { authorization }, body, expect: BAD_CREDENTIALS })
      },
    }),
  ),
)

/** Which tokens are good, and for how long. */
export const CREDENTIAL_RULES: readonly GitHubRule[] = [
  ...UNKNOWN_TOKEN_RULES,
  {
    group: 'unknown tokens',
    name: 'A token that differs from a good one in its last character is refused',
    check: async (github) => {
      const token = await github.token('acme')
      const auth = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')
      await demandThat(github, 'GET /repos/acme/api', { auth, expect: BAD_CREDENTIALS })
    },
  },
  {
    group: 'expiry',
    name: 'A token works until just before its hour is over',
    needs: 'advance',
    check: async (github) => {
      const auth = await github.token('acme')
      github.github.advance?.(HOUR_MS - 2000)
      await demandThat(github, 'GET /repos/acme/api', { auth, expect: { status: 200 } })
    },
  },
  {
    group: 'expiry',
    name: 'A token is refused once its hour is over',
    needs: 'advance',
    check: async (github) => {
      const auth = await github.token('acme')
      github.github.advance?.(HOUR_MS)
      await demandThat(github, 'GET /repos/acme/api', { auth, expect: BAD_CREDENTIALS })
    },
  },
  {
    group: 'expiry',
    name: 'A token writes nothing three hours after it was minted',
    needs: 'advance',
    check: async (github) => {
      const auth = await github.token('acme')
      github.github.advance?.(3 * HOUR_MS)
      const body = { title: 'Late' }
      await demandThat(github, 'POST /repos/acme/api/issues', { auth, body, expect: BAD_CREDENTIALS })
    },
  },
  {
    group: 'expiry',
    name: 'expires_at is an hour away, in whole seconds',
    check: async (github) => {
      const { json } = await github.mint('acme')
      const text = String(json.expires_at)
      demand(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text),
        `expires_at: expected whole seconds, got ${text}`,
      )
      const distance = Date.parse(text) / 1000 - github.seconds
      demand(
        distance > 3590 && distance <= 3600,
        `expires_at: expected an hour away, got ${distance} seconds`,
      )
    },
  },
  {
    group: 'revocation',
    name: 'A token can revoke itself',
    check: async (github) => {
      const auth = await github.token('acme')
      await demandThat(github, 'DELETE /installation/token', { auth, expect: { status: 204 } })
    },
  },
  {
    group: 'revocation',
    name: 'A token that was revoked is refused',
    check: async (github) => {
      const auth = await github.token('acme')
      await github.send('DELETE /installation/token', { auth })
      await demandThat(github, 'GET /repos/acme/api', { auth, expect: BAD_CREDENTIALS })
    },
  },
  {
    group: 'revocation',
    name: 'A token that was revoked cannot be revoked again',
    check: async (github) => {
      const auth = await github.token('acme')
      await github.send('DELETE /installation/token', { auth })
      await demandThat(github, 'DELETE /installation/token', { auth, expect: BAD_CREDENTIALS })
    },
  },
  {
    group: 'revocation',
    name: 'Revoking one token leaves the others of the installation alone',
    check: async (github) => {
      const [auth, other] = [await github.token('acme'), await github.token('acme')]
      await github.send('DELETE /installation/token', { auth })
      await demandThat(github, 'GET /repos/acme/api', { auth: other, expect: { status: 200 } })
    },
  },
]
