import { onTestFinished } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/index.ts'
import { appJwt, PRIVATE_KEY, START_SECONDS } from './app-jwt.ts'

/** acme: private `api`, private `vault`, public `docs`. globex: private `web`, only that one. initech: not installed. */
export const ACCOUNTS: NonNullable<SimulatorOptions['accounts']> = [
  {
    login: 'acme',
    repositories: [
      { name: 'api', private: true, issues: [{ title: 'First', body: 'Hello' }] },
      { name: 'vault', private: true },
      { name: 'docs', issues: [{ title: 'Typo' }] },
    ],
    installation: { repositories: 'all' },
  },
  {
    login: 'globex',
    repositories: [
      { name: 'web', private: true },
      { name: 'hidden', private: true },
    ],
    installation: { repositories: ['web'], permissions: { issues: 'read' } },
  },
  {
    login: 'initech',
    repositories: [
      { name: 'reports', private: true },
      { name: 'open', issues: [{ title: 'Hi' }] },
    ],
  },
]

/** A simulator whose clock stands still until it is advanced. It is closed when the test ends. */
export async function startTestGitHub(options: SimulatorOptions = {}): Promise<Simulator> {
  const app = { privateKey: PRIVATE_KEY, ...options.app }
  const github = await startSimulator({
    clock: { now: () => START_SECONDS * 1000 },
    accounts: ACCOUNTS,
    ...options,
    ...(options.apps === undefined || options.app !== undefined ? { app } : {}),
  })
  onTestFinished(() => github.close())
  return github
}

export interface CallOptions {
  /** The credential, sent as `Bearer`. */
  readonly auth?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed, and read by what the test expects of it; the text when it is not JSON. */
  readonly json: ReturnType<typeof JSON.parse>
}

/** Calls the API with plain `fetch`, not following redirects. A string body is sent as it is. */
export async function call(
  github: Simulator,
  endpoint: string,
  { auth, body, headers }: CallOptions = {},
): Promise<Answer> {
  const [method = 'GET', path = '/'] = endpoint.split(' ')
  const response = await fetch(github.url + path, {
    method,
    redirect: 'manual',
    headers: { ...(auth === undefined ? {} : { authorization: `Bearer ${auth}` }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== ''
  return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : text }
}

/** The id of the installation on an account. */
export function installationId(github: Simulator, account: string): number {
  const installation = github.installations.find((candidate) => candidate.account === account)
  if (installation === undefined) throw new Error(`not installed on ${account}`)
  return installation.id
}

/** Asks for a token on an account. */
export function mint(github: Simulator, account: string, body?: unknown): Promise<Answer> {
  const endpoint = `POST /app/installations/${installationId(github, account)}/access_tokens`
  return call(github, endpoint, { auth: appJwt(github), ...(body === undefined ? {} : { body }) })
}

/** A token on an account. */
export async function tokenFor(github: Simulator, account: string, body?: unknown): Promise<string> {
  const { status, json } = await mint(github, account, body)
  if (status !== 201) throw new Error(`mint: ${status}`)
  return String(json.token)
}
