import { demand, demandThat } from '../demands.ts'
import type { GitHubRule } from '../rule.ts'

const LOOKUPS = ['GET /orgs/acme/installation', 'GET /repos/acme/api/installation'] as const
const JWT_NEEDED = { status: 401, message: 'A JSON web token could not be decoded' }

const RULES_OF_EACH_LOOKUP = LOOKUPS.flatMap((endpoint): GitHubRule[] => [
  {
    group: 'lookups',
    name: `${endpoint} finds the app’s installation`,
    check: async (github) => {
      const { json } = await demandThat(github, endpoint, { auth: github.jwt(), expect: { status: 200 } })
      demand(
        json.id === (await github.installationId('acme')) && json.app_id === github.github.app.id,
        `${endpoint}: got installation ${json.id} of app ${json.app_id}`,
      )
    },
  },
  {
    group: 'lookups',
    name: `${endpoint} is refused without a JWT`,
    check: async (github) => {
      await demandThat(github, endpoint, { expect: JWT_NEEDED })
    },
  },
  {
    group: 'lookups',
    name: `${endpoint} is refused with an installation token`,
    check: async (github) => {
      await demandThat(github, endpoint, { auth: await github.token('acme'), expect: JWT_NEEDED })
    },
  },
  {
    group: 'lookups',
    name: `${endpoint} finds nothing with another app’s JWT`,
    check: async (github) => {
      const auth = github.jwt({ app: github.github.otherApp })
      await demandThat(github, endpoint, { auth, expect: { status: 404, message: 'Not Found' } })
    },
  },
])

/** Finding the installation of an owner or a repository: by the app it belongs to, and nobody else. */
export const LOOKUP_RULES: readonly GitHubRule[] = [
  ...RULES_OF_EACH_LOOKUP,
  {
    group: 'lookups',
    name: 'Owners and repositories are found in any case',
    check: async (github) => {
      const auth = github.jwt()
      await demandThat(github, 'GET /orgs/ACME/installation', { auth, expect: { status: 200 } })
      await demandThat(github, 'GET /repos/Acme/API/installation', { auth, expect: { status: 200 } })
    },
  },
  ...[
    'GET /orgs/initech/installation',
    'GET /orgs/nobody/installation',
    'GET /repos/globex/hidden/installation',
    'GET /repos/acme/nope/installation',
  ].map(
    (endpoint): GitHubRule => ({
      group: 'lookups',
      name: `${endpoint} finds nothing where the app is not installed`,
      check: async (github) => {
        const expect = { status: 404, message: 'Not Found' }
        await demandThat(github, endpoint, { auth: github.jwt(), expect })
      },
    }),
  ),
  {
    group: 'lookups',
    name: 'An installation cannot be read by another app',
    check: async (github) => {
      const endpoint = `GET /app/installations/${await github.installationId('acme')}`
      const auth = github.jwt({ app: github.github.otherApp })
      await demandThat(github, endpoint, { auth, expect: { status: 404, message: 'Not Found' } })
    },
  },
  {
    group: 'lookups',
    name: 'A renamed repository is found under its new name, and its old one redirects there',
    needs: 'renameRepository',
    check: async (github) => {
      const auth = github.jwt()
      github.github.renameRepository?.('acme/api', 'backend')
      const { json } = await demandThat(github, 'GET /repos/acme/backend/installation', {
        auth,
        expect: { status: 200 },
      })
      const { headers } = await demandThat(github, 'GET /repos/acme/api/installation', {
        auth,
        expect: { status: 301 },
      })
      const target = String(headers.location).replace(github.github.url, '')
      const followed = await demandThat(github, `GET ${target}`, { auth, expect: { status: 200 } })
      demand(followed.json.id === json.id, 'the redirect leads to another installation')
    },
  },
]
