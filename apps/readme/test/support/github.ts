import { createHash } from 'node:crypto'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'

/** The app of the examples: its ID is the one that they name, its key is `app.pem`. */
export const APP_ID = 'Iv23liExample'
/** Its webhook secret, made for this run. */
export const WEBHOOK_SECRET = createHash('sha256').update(rsaKey().pkcs1).digest('hex')
/** The first private key of all apps here. */
export const PRIVATE_KEY = rsaKey().pkcs1

/** Starts the GitHub of the examples: the accounts `acme` and `globex`, and the user `octocat`, a member of `acme`. */
export function startGitHub(): Promise<Simulator> {
  const app = { privateKey: PRIVATE_KEY, permissions: { issues: 'write', contents: 'read' } }
  return startSimulator({
    apps: [
      {
        ...app,
        clientId: APP_ID,
        slug: 'my-app',
        webhookSecret: WEBHOOK_SECRET,
        webhookUrl: 'http://127.0.0.1:1/',
      },
      { ...app, id: 1, slug: 'acme-app' },
      { ...app, id: 2, slug: 'globex-app' },
    ],
    accounts: [
      { login: 'octocat', type: 'User' },
      {
        login: 'acme',
        members: { octocat: 'member' },
        repositories: [{ name: 'api', private: true, issues: [{ title: 'It rains' }] }],
        installations: [{ app: 'my-app', id: 1 }, { app: 'acme-app' }],
      },
      { login: 'globex', repositories: [{ name: 'web' }], installations: [{ app: 'globex-app', id: 9 }] },
    ],
  })
}
