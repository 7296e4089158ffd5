import type { AccountSeed } from '../options.ts'

/** What the command starts with: the app on two organizations, and one organization without it. */
export const DEFAULT_ACCOUNTS: readonly AccountSeed[] = [
  {
    login: 'acme',
    members: { monalisa: 'admin' },
    repositories: [
      {
        name: 'api',
        private: true,
        issues: [{ title: 'The API answers 500 on Mondays', body: 'Only on Mondays.' }],
      },
      { name: 'docs' },
    ],
    installation: { repositories: 'all' },
  },
  {
    login: 'globex',
    repositories: [{ name: 'web', private: true, issues: [{ title: 'The logo is upside down' }] }],
    installation: { repositories: ['web'] },
  },
  { login: 'initech', repositories: [{ name: 'reports', private: true }] },
]
