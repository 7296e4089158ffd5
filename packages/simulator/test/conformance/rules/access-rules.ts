import { demand, demandThat } from '../demands.ts'
import type { GitHubRule } from '../rule.ts'

const NOT_FOUND = { status: 404, message: 'Not Found' }
const NOT_ACCESSIBLE = { status: 403, message: 'Resource not accessible by integration' }

/** What a good token reaches. */
export const ACCESS_RULES: readonly GitHubRule[] = [
  {
    group: 'access',
    name: 'A private repository does not exist without a token',
    check: async (github) => {
      await demandThat(github, 'GET /repos/acme/api', { expect: NOT_FOUND })
    },
  },
  {
    group: 'access',
    name: 'A private repository outside the token does not exist',
    check: async (github) => {
      const auth = await github.token('acme', { repositories: ['api'] })
      await demandThat(github, 'GET /repos/acme/vault', { auth, expect: NOT_FOUND })
    },
  },
  {
    group: 'access',
    name: 'A private repository outside the installation does not exist',
    check: async (github) => {
      const auth = await github.token('globex')
      await demandThat(github, 'GET /repos/globex/hidden', { auth, expect: NOT_FOUND })
    },
  },
  {
    group: 'access',
    name: 'A private repository of another account does not exist',
    check: async (github) => {
      const auth = await github.token('globex')
      await demandThat(github, 'GET /repos/acme/api', { auth, expect: NOT_FOUND })
    },
  },
  {
    group: 'access',
    name: 'Writing with read permission is a 403 that names the permission',
    check: async (github) => {
      const auth = await github.token('acme', { permissions: { issues: 'read' } })
      const endpoint = 'POST /repos/acme/api/issues'
      const body = { title: 'Not allowed' }
      const { headers } = await demandThat(github, endpoint, { auth, body, expect: NOT_ACCESSIBLE })
      const header = headers['x-accepted-github-permissions']
      demand(
        header === 'issues=write',
        `${endpoint}: expected X-Accepted-GitHub-Permissions issues=write, got ${header}`,
      )
    },
  },
  {
    group: 'access',
    name: 'A public repository outside the token is not written to',
    check: async (github) => {
      const auth = await github.token('globex')
      const body = { title: 'Not allowed' }
      await demandThat(github, 'POST /repos/acme/docs/issues', { auth, body, expect: { status: 403 } })
    },
  },
  {
    group: 'access',
    name: 'Writing to a public repository without a token is refused',
    check: async (github) => {
      const body = { title: 'Not allowed' }
      await demandThat(github, 'POST /repos/acme/docs/issues', { body, expect: { status: 401 } })
    },
  },
  {
    group: 'access',
    name: 'An installation token is nobody: GET /user is a 403',
    check: async (github) => {
      await demandThat(github, 'GET /user', { auth: await github.token('acme'), expect: NOT_ACCESSIBLE })
    },
  },
  {
    group: 'access',
    name: 'A token works as the password of Basic authentication',
    check: async (github) => {
      const credential = Buffer.from(`x-access-token:${await github.token('acme')}`).toString('base64')
      const headers = { authorization: `Basic ${credential}` }
      await demandThat(github, 'GET /repos/acme/api', { headers, expect: { status: 200 } })
    },
  },
  {
    group: 'access',
    name: 'An installation token is its app’s bot in GraphQL, which refuses unknown tokens as well',
    check: async (github) => {
      const body = { query: '{ viewer { login } }' }
      const auth = await github.token('acme')
      const { json } = await demandThat(github, 'POST /graphql', { auth, body, expect: { status: 200 } })
      const login = json.data?.viewer?.login
      demand(/\[bot\]$/.test(login), `POST /graphql: expected a bot, got ${login}`)
      const expect = { status: 401, message: 'Bad credentials' }
      await demandThat(github, 'POST /graphql', { auth: `ghs_${'0'.repeat(36)}`, body, expect })
    },
  },
]
