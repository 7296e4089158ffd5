import type { AppCredentials, GitHubUnderTest } from './github-under-test.ts'
import { type Answer, exchange } from './http-exchange.ts'
import { signedJwt } from './signed-jwt.ts'

/** How a JWT differs from a good one of the app under test. */
export interface JwtOptions {
  readonly app?: AppCredentials
  /** Replaces claims; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly alg?: 'RS256' | 'RS384' | 'none'
  readonly key?: string
}

/** What to send along with a request. */
export interface RequestOptions {
  /** Sent as `Bearer`. */
  readonly auth?: string
  /** A string is sent as it is. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What a rule sees of a GitHub: requests over HTTP, and the credentials to make them. */
export class RuleContext {
  readonly github: GitHubUnderTest

  constructor(github: GitHubUnderTest) {
    this.github = github
  }

  /** Epoch seconds on the GitHub's clock. */
  get seconds(): number {
    return Math.floor(this.github.now() / 1000)
  }

  send(endpoint: string, { auth, body, headers }: RequestOptions = {}): Promise<Answer> {
    return exchange(this.github.url, endpoint, {
      headers: {
        'user-agent': 'rules',
        ...(auth === undefined ? {} : { authorization: `Bearer ${auth}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  /** A good JWT of the app under test, unless told otherwise. `iss` is the app's id, which every stand-in accepts. */
  jwt({ app = this.github.app, claims = {}, alg = 'RS256', key = app.privateKey }: JwtOptions = {}): string {
    const payload = { iat: this.seconds - 60, exp: this.seconds + 540, iss: String(app.id), ...claims }
    return signedJwt(payload, { alg, key })
  }

  /** @throws {Error} when the GitHub was not seeded as it should be. */
  async installationId(login: string): Promise<number> {
    const { status, json } = await this.send('GET /app/installations', { auth: this.jwt() })
    if (status !== 200) throw new Error(`cannot list the installations: ${status}`)
    const found = json.find((candidate: { account: { login: string } }) => candidate.account.login === login)
    if (found === undefined) throw new Error(`the app is not installed on ${login}`)
    return found.id
  }

  async mint(login: string, options: RequestOptions = {}): Promise<Answer> {
    const endpoint = `POST /app/installations/${await this.installationId(login)}/access_tokens`
    return this.send(endpoint, { auth: this.jwt(), ...options })
  }

  /** A token that the rule takes for granted. @throws {Error} when even that is refused. */
  async token(login: string, body?: unknown): Promise<string> {
    const { status, json } = await this.mint(login, { body })
    if (status !== 201 || typeof json.token !== 'string')
      throw new Error(`cannot mint on ${login}: ${status}`)
    return json.token
  }
}
