import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { importAppKey } from '../../src/auth/app-keys.ts'
import { AdjustableClock } from '../../src/clock.ts'
import { gitRoutes } from '../../src/git/git-routes.ts'
import { type GitPush, GitServer, type GitServerOptions } from '../../src/git/git-server.ts'
import { parseTarget } from '../../src/server/api-request.ts'
import { Router } from '../../src/server/router.ts'
import { serveStream } from '../../src/server/serve-web.ts'
import type { App, Repository } from '../../src/state/entities.ts'
import { createState, type GitHubState } from '../../src/state/github-state.ts'
import { checkedPermissions } from '../../src/state/permissions.ts'
import { seedAccounts, seedInstallations } from '../../src/state/seed.ts'
import { seedApp } from '../../src/state/seed-app.ts'
import { PRIVATE_KEY, START_SECONDS } from './app-jwt.ts'

export interface TestGitServer {
  readonly url: string
  /** The git side, from the inside. */
  readonly git: GitServer
  readonly state: GitHubState
  readonly app: App
  /** acme/api, private, which the app is installed on. */
  readonly repository: Repository
  /** Every push that was told of, oldest first. */
  readonly pushes: readonly GitPush[]
  /** The address of the repository with a new token in it. */
  urlWith(permissions: Readonly<Record<string, string>>): string
  close(): Promise<void>
}

/** Nothing but git over HTTP, with its inside in reach. It is closed when the test ends. */
export async function startGitServer(options: GitServerOptions = {}): Promise<TestGitServer> {
  const state = createState(new AdjustableClock({ now: () => START_SECONDS * 1000 }))
  const accounts = [
    { login: 'acme', repositories: [{ name: 'api', private: true }, { name: 'docs' }], installation: {} },
  ]
  seedAccounts(state, accounts)
  const app = seedApp(state, {}, importAppKey(PRIVATE_KEY))
  seedInstallations(state, accounts)
  const [installation] = state.installations.of(app)
  const repository = state.repositories.find('acme', 'api')
  if (installation === undefined || repository === undefined) throw new Error('not seeded')

  const pushes: GitPush[] = []
  const git = new GitServer(state, { ...options, onPush: (push) => pushes.push(push) })
  let url = ''
  const router = new Router(gitRoutes(git))
  const server = createServer((request, response) => {
    const target = parseTarget(request.url ?? '/')
    const match = router.match(request.method ?? 'GET', target.path)
    if (match === undefined) response.writeHead(404).end()
    else void serveStream({ state, baseUrl: () => url }, { request, response, target, match })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
    await git.close()
  }
  onTestFinished(close)
  return {
    url,
    git,
    state,
    app,
    repository,
    pushes,
    close,
    urlWith(permissions) {
      const { value } = state.tokens.mint(installation, {
        permissions: checkedPermissions(permissions),
        selection: 'all',
        format: 'stateless',
        now: state.clock.now(),
      })
      return `${url.replace('//', `//x-access-token:${value}@`)}/acme/api`
    },
  }
}

/** What comes after the name of a repository when git asks which refs it has. */
export const ADVERTISE = 'info/refs?service=git-upload-pack'

/** Calls a path with plain `fetch`, not following redirects. */
export async function call(
  server: TestGitServer,
  path: string,
  options: RequestInit = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }> {
  const response = await fetch(`${server.url}/${path}`, { redirect: 'manual', ...options })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** The `Authorization` header that git would send with a new token. */
export function basic(server: TestGitServer, permissions: Readonly<Record<string, string>>): string {
  const { username, password } = new URL(server.urlWith(permissions))
  return `Basic ${btoa(`${username}:${password}`)}`
}

/** Resolves when no git process is left. */
export async function idle({ git }: TestGitServer): Promise<void> {
  while (git.processes.running > 0) await new Promise(setImmediate)
}
