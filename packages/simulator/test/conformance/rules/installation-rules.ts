import { demand, demandMint, demandThat } from '../demands.ts'
import type { GitHubRule } from '../rule.ts'

/** What becomes of tokens when their installation is suspended or deleted. */
export const INSTALLATION_RULES: readonly GitHubRule[] = [
  {
    group: 'suspension and deletion',
    name: 'No token is minted for a suspended installation',
    check: async (github) => {
      const endpoint = `PUT /app/installations/${await github.installationId('acme')}/suspended`
      await demandThat(github, endpoint, { auth: github.jwt(), expect: { status: 204 } })
      const expect = { status: 403, message: 'This installation has been suspended' }
      await demandMint(github, 'acme', { expect })
    },
  },
  {
    group: 'suspension and deletion',
    name: 'A token of a suspended installation is refused, until it is unsuspended',
    check: async (github) => {
      const auth = await github.token('acme')
      const path = `/app/installations/${await github.installationId('acme')}/suspended`
      await demandThat(github, `PUT ${path}`, { auth: github.jwt(), expect: { status: 204 } })
      const expect = { status: 403, message: /suspended your access/ }
      await demandThat(github, 'GET /repos/acme/api', { auth, expect })
      await demandThat(github, `DELETE ${path}`, { auth: github.jwt(), expect: { status: 204 } })
      await demandThat(github, 'GET /repos/acme/api', { auth, expect: { status: 200 } })
    },
  },
  {
    group: 'suspension and deletion',
    name: 'A suspended installation says since when, and a good one says null',
    check: async (github) => {
      const path = `/app/installations/${await github.installationId('acme')}`
      const read = async (): Promise<unknown> =>
        (await demandThat(github, `GET ${path}`, { auth: github.jwt(), expect: { status: 200 } })).json
          .suspended_at
      const before = await read()
      demand(before === null, `GET ${path}: expected suspended_at null, got ${before}`)
      await demandThat(github, `PUT ${path}/suspended`, { auth: github.jwt(), expect: { status: 204 } })
      const after = await read()
      demand(typeof after === 'string', `GET ${path}: expected suspended_at, got ${after}`)
    },
  },
  {
    group: 'suspension and deletion',
    name: 'A deleted installation is not found, mints nothing, and its tokens are refused',
    check: async (github) => {
      const auth = await github.token('acme')
      const path = `/app/installations/${await github.installationId('acme')}`
      await demandThat(github, `DELETE ${path}`, { auth: github.jwt(), expect: { status: 204 } })
      const notFound = { status: 404, message: 'Not Found' }
      await demandThat(github, `GET ${path}`, { auth: github.jwt(), expect: notFound })
      await demandThat(github, `POST ${path}/access_tokens`, { auth: github.jwt(), expect: notFound })
      await demandThat(github, 'GET /orgs/acme/installation', { auth: github.jwt(), expect: notFound })
      await demandThat(github, 'GET /repos/acme/api', { auth, expect: { status: 401 } })
    },
  },
  {
    group: 'suspension and deletion',
    name: 'An installation cannot be suspended or deleted by another app',
    check: async (github) => {
      const path = `/app/installations/${await github.installationId('acme')}`
      const request = {
        auth: github.jwt({ app: github.github.otherApp }),
        expect: { status: 404, message: 'Not Found' },
      }
      await demandThat(github, `PUT ${path}/suspended`, request)
      await demandThat(github, `DELETE ${path}`, request)
      await demandThat(github, `GET ${path}`, { auth: github.jwt(), expect: { status: 200 } })
    },
  },
]
