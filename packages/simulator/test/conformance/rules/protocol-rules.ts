import { demand, demandAnswer, demandThat } from '../demands.ts'
import { type Answer, exchange } from '../http-exchange.ts'
import type { GitHubRule } from '../rule.ts'

const LIMIT_HEADERS = ['limit', 'remaining', 'reset', 'used', 'resource'].map((name) => `x-ratelimit-${name}`)

/** What holds for every request and answer. */
export const PROTOCOL_RULES: readonly GitHubRule[] = [
  {
    group: 'requests and answers',
    name: 'A request without a User-Agent is refused',
    check: async (github) => {
      const answer = await exchange(github.github.url, 'GET /repos/acme/docs')
      demandAnswer(answer, { status: 403 }, 'GET /repos/acme/docs without a User-Agent')
    },
  },
  {
    group: 'requests and answers',
    name: 'A request for an API version that does not exist is refused',
    check: async (github) => {
      const headers = { 'x-github-api-version': '2001-01-01' }
      await demandThat(github, 'GET /repos/acme/docs', { headers, expect: { status: 400 } })
    },
  },
  ...[
    ['for a path that does not exist', 'GET /nowhere', undefined],
    ['for a private repository', 'GET /repos/acme/api', undefined],
    ['for junk instead of a JWT', 'GET /app', 'junk'],
  ].map(
    ([what = '', endpoint = '', auth]): GitHubRule => ({
      group: 'requests and answers',
      name: `An error ${what} has a message, its status as text, and a page of GitHub’s documentation`,
      check: async (github) => {
        const { status, json } = await github.send(endpoint, auth === undefined ? {} : { auth })
        demand(status >= 400, `${endpoint}: expected an error, got ${status}`)
        demand(typeof json?.message === 'string', `${endpoint}: expected a message, got ${json?.message}`)
        demand(
          json.status === String(status),
          `${endpoint}: expected status "${status}" in the body, got ${json.status}`,
        )
        demand(
          String(json.documentation_url).startsWith('https://docs.github.com/'),
          `${endpoint}: expected a page of docs.github.com, got ${json.documentation_url}`,
        )
      },
    }),
  ),
  {
    group: 'requests and answers',
    name: 'Every answer says where the rate limit stands',
    check: async (github) => {
      const auth = await github.token('acme')
      const first = await demandThat(github, 'GET /repos/acme/docs', { auth, expect: { status: 200 } })
      const missing = LIMIT_HEADERS.filter((name) => first.headers[name] === undefined)
      demand(missing.length === 0, `GET /repos/acme/docs: ${missing} missing`)
      const second = await demandThat(github, 'GET /repos/acme/docs', { auth, expect: { status: 200 } })
      demand(remaining(second) === remaining(first) - 1, 'x-ratelimit-remaining does not count down')
    },
  },
  {
    group: 'requests and answers',
    name: 'Anonymous requests have a limit of 60, tokens one of at least 5000',
    check: async (github) => {
      const limitOf = ({ headers }: Answer): number => Number(headers['x-ratelimit-limit'])
      const anonymous = limitOf(await github.send('GET /repos/acme/docs'))
      demand(
        anonymous === 60,
        `GET /repos/acme/docs without a token: expected a limit of 60, got ${anonymous}`,
      )
      const token = limitOf(await github.send('GET /repos/acme/docs', { auth: await github.token('acme') }))
      demand(token >= 5000, `GET /repos/acme/docs with a token: expected a limit of 5000, got ${token}`)
    },
  },
  {
    group: 'requests and answers',
    name: 'Asking for the rate limit does not use it up',
    check: async (github) => {
      const auth = await github.token('acme')
      const first = await demandThat(github, 'GET /rate_limit', { auth, expect: { status: 200 } })
      const second = await demandThat(github, 'GET /rate_limit', { auth, expect: { status: 200 } })
      const [before, after] = [first.json.rate.remaining, second.json.rate.remaining]
      demand(before === after, `GET /rate_limit: expected ${before} remaining, got ${after}`)
    },
  },
  {
    group: 'requests and answers',
    name: 'A page of a list has as many entries as asked for, and links to the next and the last',
    check: async (github) => {
      const endpoint = 'GET /app/installations?per_page=1'
      const { json, headers } = await demandThat(github, endpoint, {
        auth: github.jwt(),
        expect: { status: 200 },
      })
      demand(json.length === 1, `${endpoint}: expected 1 installation, got ${json.length}`)
      const links = String(headers.link)
      demand(
        /[?&]page=2[^>]*>; rel="next"/.test(links) && /[?&]page=3[^>]*>; rel="last"/.test(links),
        `${endpoint}: expected links to page 2 and page 3, got ${links}`,
      )
    },
  },
  {
    group: 'requests and answers',
    name: 'An answer carries a request id and the API version',
    check: async (github) => {
      const { headers } = await github.send('GET /repos/acme/docs')
      for (const name of ['x-github-request-id', 'x-github-api-version-selected', 'x-github-media-type'])
        demand(headers[name] !== undefined, `GET /repos/acme/docs: ${name} missing`)
    },
  },
  {
    group: 'requests and answers',
    name: 'HEAD answers as GET does, without a body',
    check: async (github) => {
      const { text } = await demandThat(github, 'HEAD /repos/acme/docs', { expect: { status: 200 } })
      demand(text === '', 'HEAD /repos/acme/docs: got a body')
      await demandThat(github, 'HEAD /repos/acme/api', { expect: { status: 404 } })
    },
  },
]

function remaining({ headers }: Answer): number {
  return Number(headers['x-ratelimit-remaining'])
}
