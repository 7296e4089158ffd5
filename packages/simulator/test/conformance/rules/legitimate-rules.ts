import { demand, demandThat } from '../demands.ts'
import type { GitHubRule } from '../rule.ts'

/** What works everywhere, stand-ins included. A GitHub that breaks one of these was seeded wrongly. */
export const LEGITIMATE_RULES: readonly GitHubRule[] = [
  {
    group: 'legitimate use',
    name: 'An app learns who it is with its JWT',
    check: async (github) => {
      const { json } = await demandThat(github, 'GET /app', { auth: github.jwt(), expect: { status: 200 } })
      demand(
        json.id === github.github.app.id,
        `GET /app: expected id ${github.github.app.id}, got ${json.id}`,
      )
    },
  },
  {
    group: 'legitimate use',
    name: 'An app sees its own installations and no others',
    check: async (github) => {
      const { json } = await demandThat(github, 'GET /app/installations', {
        auth: github.jwt(),
        expect: { status: 200 },
      })
      const logins = json.map(({ account }: { account: { login: string } }) => account.login).toSorted()
      demand(logins.join() === 'acme,globex,hooli', `GET /app/installations: got ${logins}`)
    },
  },
  {
    group: 'legitimate use',
    name: 'A token carries the permissions of its installation',
    check: async (github) => {
      const { json } = await github.mint('globex')
      const got = JSON.stringify(Object.entries(json.permissions).toSorted())
      demand(got === '[["issues","read"],["metadata","read"]]', `a mint on globex: got ${got}`)
    },
  },
  {
    group: 'legitimate use',
    name: 'A token reads a private repository of its installation',
    check: async (github) => {
      const auth = await github.token('acme')
      const { json } = await demandThat(github, 'GET /repos/acme/api', { auth, expect: { status: 200 } })
      demand(
        json.full_name === 'acme/api' && json.private === true,
        `GET /repos/acme/api: got ${json.full_name}`,
      )
    },
  },
  {
    group: 'legitimate use',
    name: 'A token with issues: write opens an issue, and then reads it',
    check: async (github) => {
      const auth = await github.token('acme')
      const opened = await demandThat(github, 'POST /repos/acme/api/issues', {
        auth,
        body: { title: 'Hello' },
        expect: { status: 201 },
      })
      const { json } = await demandThat(github, `GET /repos/acme/api/issues/${opened.json.number}`, {
        auth,
        expect: { status: 200 },
      })
      demand(json.title === 'Hello', `GET the issue: got ${json.title}`)
      demand(json.user?.type === 'Bot', `GET the issue: expected a bot as its author, got ${json.user?.type}`)
    },
  },
  {
    group: 'legitimate use',
    name: 'A token narrowed to a repository reads that one',
    check: async (github) => {
      const auth = await github.token('acme', { repositories: ['vault'] })
      await demandThat(github, 'GET /repos/acme/vault', { auth, expect: { status: 200 } })
    },
  },
  {
    group: 'legitimate use',
    name: 'Anyone reads a public repository',
    check: async (github) => {
      await demandThat(github, 'GET /repos/acme/docs', { expect: { status: 200 } })
    },
  },
]
