import { createHash, randomBytes } from 'node:crypto'
import { demand, demandThat } from '../demands.ts'
import { CALLBACK_URL, USER } from '../github-under-test.ts'
import type { Answer } from '../http-exchange.ts'
import type { GitHubRule } from '../rule.ts'
import type { RuleContext } from '../rule-context.ts'

const TOKEN = 'POST /login/oauth/access_token'
const EIGHT_HOURS_MS = 28_800_000
const BAD_CREDENTIALS = { status: 401, message: 'Bad credentials' }

/** Sends the user to GitHub and back. @throws {Error} when no code comes along. */
async function code(github: RuleContext, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
  const client = { client_id: github.github.app.clientId, redirect_uri: CALLBACK_URL }
  const target = await github.github.allow?.({ ...client, ...parameters })
  const value = target?.searchParams.get('code')
  if (value === undefined || value === null) throw new Error(`no code came back`)
  return value
}

function ask(
  github: RuleContext,
  parameters: Readonly<Record<string, string>>,
  accept = 'application/json',
): Promise<Answer> {
  const { clientId, clientSecret } = github.github.app
  const form = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...parameters })
  const headers = { accept, 'content-type': 'application/x-www-form-urlencoded' }
  return github.send(TOKEN, { headers, body: form.toString() })
}

/** Asks for a token that should come. @throws {RuleBroken} when an error does. */
async function tokens(
  github: RuleContext,
  parameters: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const { status, json } = await ask(github, parameters)
  demand(
    status === 200 && json?.error === undefined,
    `${TOKEN}: expected a token, got ${status} ${json?.error}`,
  )
  return json
}

async function demandError(
  github: RuleContext,
  parameters: Readonly<Record<string, string>>,
  error: string,
): Promise<Answer> {
  const answer = await ask(github, parameters)
  const got = answer.json?.error ?? (answer.json?.access_token === undefined ? 'nothing' : 'a token')
  demand(
    answer.status === 200 && got === error,
    `${TOKEN}: expected 200 ${error}, got ${answer.status} ${got}`,
  )
  return answer
}

function rule(
  name: string,
  check: (github: RuleContext) => Promise<void>,
  needs: GitHubRule['needs'] = 'allow',
): GitHubRule {
  return { group: 'signing users in', name, needs, check }
}

/** The web application flow, and what its tokens reach. */
export const USER_RULES: readonly GitHubRule[] = [
  rule('A user comes back with a code and the state that was sent along', async (github) => {
    const state = randomBytes(8).toString('hex')
    const target = await github.github.allow?.({
      client_id: github.github.app.clientId,
      redirect_uri: CALLBACK_URL,
      state,
    })
    demand(target?.href.startsWith(`${CALLBACK_URL}?`) === true, `sent to ${target?.href}`)
    demand(
      target?.searchParams.get('state') === state,
      `the state became ${target?.searchParams.get('state')}`,
    )
  }),
  rule('A code becomes a token that acts for the user', async (github) => {
    const auth = String((await tokens(github, { code: await code(github) })).access_token)
    const { json } = await demandThat(github, 'GET /user', { auth, expect: { status: 200 } })
    demand(json.login === USER, `GET /user: expected ${USER}, got ${json.login}`)
  }),
  rule(
    'A token of a user is ghu_, ends after eight hours, and comes with ghr_ for half a year',
    async (github) => {
      const got = await tokens(github, { code: await code(github) })
      const shape = [got.access_token, got.refresh_token].map((value) => String(value ?? 'none').slice(0, 4))
      const facts = [...shape, got.expires_in, got.refresh_token_expires_in, got.token_type].join(' ')
      demand(facts === 'ghu_ ghr_ 28800 15811200 bearer', `${TOKEN}: got ${facts}`)
    },
  ),
  rule('The answer is form-encoded unless JSON is asked for', async (github) => {
    const { headers, text } = await ask(github, { code: await code(github) }, '*/*')
    const type = headers['content-type']?.split(';')[0]
    demand(
      type === 'application/x-www-form-urlencoded' && new URLSearchParams(text).has('access_token'),
      `${TOKEN}: expected a form, got ${type}`,
    )
  }),
  rule('A code can be used once', async (github) => {
    const value = await code(github)
    await tokens(github, { code: value })
    await demandError(github, { code: value }, 'bad_verification_code')
  }),
  rule('A code is refused after ten minutes', async (github) => {
    const value = await code(github)
    github.github.advance?.(600_001)
    await demandError(github, { code: value }, 'bad_verification_code')
  }),
  rule('An unknown code, a wrong secret and an unknown client are errors with HTTP 200', async (github) => {
    await demandError(github, { code: '0'.repeat(20) }, 'bad_verification_code')
    const value = await code(github)
    await demandError(github, { code: value, client_secret: 'wrong' }, 'incorrect_client_credentials')
    await demandError(github, { code: value, client_id: 'Iv1.nobody' }, 'incorrect_client_credentials')
  }),
  rule('An error says where it is documented', async (github) => {
    const { json } = await demandError(github, { code: '0'.repeat(20) }, 'bad_verification_code')
    demand(
      String(json.error_uri).startsWith('https://docs.github.com/'),
      `${TOKEN}: expected error_uri, got ${json.error_uri}`,
    )
  }),
  rule('A code is refused with another redirect_uri than it was asked for with', async (github) => {
    const parameters = { code: await code(github), redirect_uri: 'https://elsewhere.example/' }
    await demandError(github, parameters, 'redirect_uri_mismatch')
  }),
  rule('A code with a code challenge needs its verifier', async (github) => {
    const verifier = randomBytes(32).toString('base64url')
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
    await tokens(github, { code: await code(github, pkce), code_verifier: verifier })
    const wrong = randomBytes(32).toString('base64url')
    const parameters = { code: await code(github, pkce), code_verifier: wrong }
    await demandError(github, parameters, 'bad_verification_code')
  }),
  rule('A token of a user is refused after eight hours', async (github) => {
    const auth = String((await tokens(github, { code: await code(github) })).access_token)
    await demandThat(github, 'GET /user', { auth, expect: { status: 200 } })
    github.github.advance?.(EIGHT_HOURS_MS)
    await demandThat(github, 'GET /user', { auth, expect: BAD_CREDENTIALS })
  }),
  rule('A refresh token gives new tokens once, and ends the old ones', async (github) => {
    const old = await tokens(github, { code: await code(github) })
    const parameters = { grant_type: 'refresh_token', refresh_token: String(old.refresh_token) }
    const renewed = await tokens(github, parameters)
    await demandThat(github, 'GET /user', { auth: String(renewed.access_token), expect: { status: 200 } })
    await demandThat(github, 'GET /user', { auth: String(old.access_token), expect: BAD_CREDENTIALS })
    await demandError(github, parameters, 'bad_refresh_token')
  }),
  rule('A token of a user does not reach where the app is not installed', async (github) => {
    const auth = String((await tokens(github, { code: await code(github) })).access_token)
    await demandThat(github, 'GET /repos/acme/api', { auth, expect: { status: 200 } })
    const expect = { status: 404, message: 'Not Found' }
    await demandThat(github, 'GET /repos/initech/reports', { auth, expect })
    await demandThat(github, 'GET /repos/globex/hidden', { auth, expect })
  }),
]
