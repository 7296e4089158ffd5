import { createGitHubAuth, type GitHubAuth, type KeySource } from '@hubauth/core'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { onTestFinished } from 'vitest'

/** An app with this private key, installed on the organization `acme`. Ends with the test. */
export async function startGitHub(privateKey: string): Promise<Simulator> {
  const github = await startSimulator({
    app: { privateKey },
    accounts: [{ login: 'acme', repositories: [{ name: 'api' }], installation: { id: 7 } }],
  })
  onTestFinished(() => github.close())
  return github
}

/** Authentication as the app of `github`, with a key. */
export function authAt(github: Simulator, key: KeySource): GitHubAuth {
  return createGitHubAuth({ appId: github.app.clientId, key, baseUrl: github.url, allowHttp: true })
}
