import { demand, demandMint, demandThat, type ExpectedAnswer } from '../demands.ts'
import type { GitHubRule } from '../rule.ts'

const NOT_GRANTED = {
  status: 422,
  message: 'The permissions requested are not granted to this installation.',
}
const NOT_ACCESSIBLE = {
  status: 422,
  message:
    'There is at least one repository that does not exist or is not accessible to the parent installation.',
}
const NOT_JSON = { status: 400, message: 'Problems parsing JSON' }
const NOT_AN_OBJECT = { status: 400, message: 'Body should be a JSON object' }

const REFUSED: readonly (readonly [what: string, login: string, body: unknown, expect: ExpectedAnswer])[] = [
  ['a body that is not JSON', 'acme', '{"repositories": [', NOT_JSON],
  ['a list as the body', 'acme', '[]', NOT_AN_OBJECT],
  ['a permission it does not have', 'acme', { permissions: { administration: 'read' } }, NOT_GRANTED],
  ['a permission above its level', 'globex', { permissions: { issues: 'write' } }, NOT_GRANTED],
  ['a permission that does not exist', 'acme', { permissions: { telepathy: 'read' } }, NOT_GRANTED],
  ['a level that does not exist', 'acme', { permissions: { issues: 'own' } }, NOT_GRANTED],
  ['a level that is not text', 'acme', { permissions: { issues: 1 } }, { status: 422 }],
  ['a repository outside it', 'globex', { repositories: ['hidden'] }, NOT_ACCESSIBLE],
  ['a repository that does not exist', 'acme', { repositories: ['api', 'nope'] }, NOT_ACCESSIBLE],
  ['a repository of somebody else', 'acme', { repositories: ['reports'] }, NOT_ACCESSIBLE],
  ['the id of a repository that does not exist', 'acme', { repository_ids: [987_654_321] }, NOT_ACCESSIBLE],
  ['more than 500 repositories', 'acme', { repositories: Array(501).fill('api') }, { status: 422 }],
  ['names and ids at once', 'acme', { repositories: ['api'], repository_ids: [1] }, { status: 422 }],
]

/** What an installation token can be asked for. */
export const MINTING_RULES: readonly GitHubRule[] = [
  ...REFUSED.map(
    ([what, login, body, expect]): GitHubRule => ({
      group: 'minting',
      name: `No token is minted for ${what}`,
      check: async (github) => {
        await demandMint(github, login, { body, expect })
      },
    }),
  ),
  {
    group: 'minting',
    name: 'No token is minted for an installation of another app',
    check: async (github) => {
      const auth = github.jwt({ app: github.github.otherApp })
      await demandMint(github, 'acme', { auth, expect: { status: 404, message: 'Not Found' } })
    },
  },
  {
    group: 'minting',
    name: 'No token is minted with an installation token',
    check: async (github) => {
      await demandMint(github, 'acme', { auth: await github.token('acme'), expect: { status: 401 } })
    },
  },
  {
    group: 'minting',
    name: 'A permission is minted at admin where that level exists',
    check: async (github) => {
      const { json } = await demandMint(github, 'hooli', { expect: { status: 201 } })
      const level = json.permissions.organization_projects
      demand(level === 'admin', `a mint on hooli: expected organization_projects admin, got ${level}`)
    },
  },
  {
    group: 'minting',
    name: 'A token has only the permissions asked for, and metadata',
    check: async (github) => {
      const body = { permissions: { issues: 'read' } }
      const { json } = await demandMint(github, 'acme', { body, expect: { status: 201 } })
      const got = JSON.stringify(Object.entries(json.permissions).toSorted())
      demand(got === '[["issues","read"],["metadata","read"]]', `a mint on acme: got ${got}`)
    },
  },
  {
    group: 'minting',
    name: 'A repository is asked for in any case, and named as it is',
    check: async (github) => {
      const { json } = await demandMint(github, 'acme', {
        body: { repositories: ['API'] },
        expect: { status: 201 },
      })
      const names = json.repositories.map(({ full_name: name }: { full_name: string }) => name)
      demand(names.join() === 'acme/api', `a mint on acme: expected acme/api, got ${names}`)
    },
  },
  {
    group: 'minting',
    name: 'A token is ghs_ and 36 characters, or ghs_, the app id and a JWT',
    check: async (github) => {
      const { json } = await demandMint(github, 'acme', { expect: { status: 201 } })
      const shape = String(json.token).replace(/[A-Za-z\d]/g, 'x')
      demand(
        /^ghs_(?:[A-Za-z\d]{36}|\d+_ey[\w-]+\.ey[\w-]+\.[\w-]+)$/.test(json.token),
        `a mint on acme: got ${shape.length} characters of another shape`,
      )
    },
  },
  ...[
    ['enabled', /^ghs_\d+_ey[\w-]+\.ey[\w-]+\.[\w-]+$/] as const,
    ['disabled', /^ghs_[A-Za-z\d]{36}$/] as const,
  ].map(
    ([value, shape]): GitHubRule => ({
      group: 'minting',
      name: `The header X-GitHub-Stateless-S2S-Token: ${value} chooses the shape of the token`,
      check: async (github) => {
        const headers = { 'x-github-stateless-s2s-token': value }
        const { json } = await demandMint(github, 'acme', { headers, expect: { status: 201 } })
        demand(shape.test(json.token), `a mint on acme: got ${String(json.token).length} characters`)
        const auth = String(json.token)
        await demandThat(github, 'GET /repos/acme/api', { auth, expect: { status: 200 } })
      },
    }),
  ),
  {
    group: 'minting',
    name: 'A token lists exactly the repositories it reaches',
    check: async (github) => {
      const auth = await github.token('acme', { repositories: ['docs', 'api'] })
      const { json } = await demandThat(github, 'GET /installation/repositories', {
        auth,
        expect: { status: 200 },
      })
      const names = json.repositories.map(({ name }: { name: string }) => name).toSorted()
      demand(
        names.join() === 'api,docs' && json.total_count === 2,
        `GET /installation/repositories: got ${names}`,
      )
    },
  },
]
