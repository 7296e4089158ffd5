import type { Deadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import { type ApiAnswer, readAnswer } from '../github/api-answer.ts'
import { API_HEADERS } from '../github/api-headers.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import type { GitHubHost } from '../github/host.ts'
import { APP_CALLS, sendWithRetries } from '../github/send.ts'
import type { Throttle } from '../github/throttle.ts'
import type { Traffic } from '../github/traffic.ts'
import { keyRefused } from './app-tokens.ts'
import type { Token } from './token.ts'
import type { TokenProvider } from './token-provider.ts'

const MAX_REDIRECTS = 4
/** GitHub lets an app have no more (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/managing-private-keys-for-github-apps). */
export const MAX_KEYS = 25
const ISSUER_MESSAGE = /'Issuer' claim/i

/** What an app's calls share. */
export interface AppApiOptions {
  readonly appId: string | number
  readonly tokens: TokenProvider
  readonly host: GitHubHost
  readonly fetch: typeof fetch
  readonly clock: GitHubClock
  readonly throttle: Throttle
  readonly traffic: Traffic
  readonly userAgent: string
  /** The tokens that GitHub has taken; shared by all calls of an app. */
  readonly established: WeakSet<Token>
}

/** A JWT that GitHub refused, and what it said. */
interface Refusal {
  readonly jwt: Token
  readonly message: string
}

/** One call of {@link AppApi.call}. */
export interface AppCall {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the API's root, such as `/app`. */
  readonly path: string
  readonly body?: string | undefined
}

/**
 * Calls GitHub as the app itself. Whatever has to do with the JWT ends here: a skewed clock is learnt and the call
 * repeated, a refused signature is made again with other keys while there are any, and what remains is an error that says why.
 */
export class AppApi {
  readonly #options: AppApiOptions

  constructor(options: AppApiOptions) {
    this.#options = options
  }

  /**
   * @returns GitHub's answer, of any status that does not concern the JWT.
   * @throws {HubauthError} `KEY_REFUSED`, `CLOCK_SKEW`, `APP_NOT_FOUND`, or what {@link sendWithRetries} throws.
   */
  async call(call: AppCall, deadline: Deadline): Promise<ApiAnswer> {
    const { clock, established, traffic } = this.#options
    const refusals: Refusal[] = []
    let corrections = 0
    let another: 'skew' | 'refused' | undefined
    for (;;) {
      const signedOffsetMs = clock.offsetMs
      const jwt = await this.#token(deadline, refusals.at(-1))
      if (another !== undefined) traffic.retried(APP_CALLS, another, 0)
      const answer = await this.#send(call, jwt, deadline)
      this.#checkApp(answer)
      if (answer.status !== 401) {
        established.add(jwt)
        return answer
      }
      const verdict = clock.learnFromRefusal(answer.response, answer.message, signedOffsetMs)
      if (verdict === 'skew' || (verdict === 'learnt' && corrections++ > 0)) throw skewed(clock, answer)
      another = verdict === 'learnt' ? 'skew' : 'refused'
      if (verdict === 'learnt') continue
      // The provider knows when there is no other key; this ends what never comes to that.
      if (refusals.length === MAX_KEYS) throw keyRefused(this.#options.appId, {}, answer.message)
      refusals.push({ jwt, message: answer.message })
    }
  }

  async #token({ signal }: Deadline, refusal: Refusal | undefined): Promise<Token> {
    const { tokens, appId } = this.#options
    try {
      return await tokens.getToken({ signal, rejected: refusal?.jwt })
    } catch (error) {
      const isRefused = HubauthError.isInstance(error) && error.code === 'KEY_REFUSED'
      throw isRefused && refusal !== undefined ? keyRefused(appId, error.details, refusal.message) : error
    }
  }

  #checkApp({ status, message }: ApiAnswer): void {
    const isUnknown =
      (status === 404 && /integration not found/i.test(message)) ||
      (status === 401 && ISSUER_MESSAGE.test(message))
    if (!isUnknown) return
    const { appId, host } = this.#options
    throw new HubauthError(
      'APP_NOT_FOUND',
      `${host.webUrl} knows no GitHub App with the ID ${JSON.stringify(appId)} (${message.replace(/\.$/, '')}).`,
    )
  }

  #send({ method, path, body }: AppCall, jwt: Token, deadline: Deadline): Promise<ApiAnswer> {
    const { host, userAgent } = this.#options
    const headers: Record<string, string> = {
      ...API_HEADERS,
      authorization: jwt.authorization,
      'user-agent': userAgent,
    }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const url = host.apiUrl + path
    const init: RequestInit = {
      method,
      headers,
      body: body ?? null,
      redirect: 'manual',
      signal: deadline.signal,
    }
    return sendWithRetries(this.#options, deadline, async () => readAnswer(await this.#follow(url, init)))
  }

  /** Follows redirects (renamed repositories) on the API's own host: the JWT goes nowhere else. */
  async #follow(url: string, init: RequestInit): Promise<Response> {
    const send = (to: string) => this.#once(to, init)
    let response = await send(url)
    let target = url
    for (let hops = 0; init.method === 'GET' && response.status >= 300 && response.status < 400; hops++) {
      const location = response.headers.get('location')
      if (location === null) break
      target = new URL(location, target).href
      if (hops === MAX_REDIRECTS || new URL(target).origin !== new URL(url).origin) {
        throw new HubauthError(
          'HOST_REFUSED',
          'GitHub redirected a call of the app to another host, or in circles.',
        )
      }
      response = await send(target)
    }
    return response
  }

  #once(url: string, init: RequestInit): Promise<Response> {
    const { fetch, traffic } = this.#options
    const { method = 'GET', signal } = init
    return traffic.send({ ...APP_CALLS, url, method, signal }, () => fetch(url, init))
  }
}

function skewed(clock: GitHubClock, answer: ApiAnswer): HubauthError {
  const offsetMs = clock.measure(answer.response) ?? clock.offsetMs
  const direction = offsetMs >= 0 ? 'behind' : 'ahead of'
  const seconds = Math.round(Math.abs(offsetMs) / 1000)
  return new HubauthError(
    'CLOCK_SKEW',
    `The clock of this machine is ${seconds} s ${direction} GitHub's: ${answer.message}.`,
    { details: { offsetMs } },
  )
}
