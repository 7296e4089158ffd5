import {
  type Delivery,
  deliveryInstallation,
  HubauthError,
  type InstallationSource,
  type RequestInstallation,
  type RequestInstallationOptions,
  requestInstallation,
} from '@hubauth/core'
import { type GitHubAuthMount, type GitHubAuthSetup, listen, type RequestView } from '../../src/index.ts'
import { plainRequest } from './plain-server.ts'

/** A request of the least framework there can be. */
export interface PlainRequest extends RequestView {
  readonly delivery?: Delivery | undefined
}

export type PlainOptions = RequestInstallationOptions<PlainRequest>

/** What an application does otherwise than it should. */
export interface AuthFlaws {
  /** `githubAuth(auth, options)`. */
  readonly acting?: (auth: InstallationSource, options: PlainOptions) => RequestInstallation<PlainRequest>
  /** `githubAuth(auth)`. */
  readonly ofDelivery?: (auth: InstallationSource) => RequestInstallation<PlainRequest>
  /** `verifyGitHubWebhook`. */
  readonly verify?: GitHubAuthSetup['receiver']['verify']
  /** What the error handling of the application hears of an error. */
  readonly hears?: (error: unknown) => readonly unknown[]
  /** What is answered to an error. */
  readonly status?: (error: unknown) => number
  readonly text?: (error: unknown) => string
}

/** An application on `node:http`, right unless it is given flaws. */
export function authApp({ hears, status, text, ...flaws }: AuthFlaws = {}): GitHubAuthMount {
  return async (setup) => {
    const errors: unknown[] = []
    const route = routeOf(setup, flaws)
    const server = await listen((request, response) => {
      const { url = '', headers } = request
      const header = (name: string) => headers[name]?.toString()
      route(url, plainRequest(request), header).then(
        (answer) => response.end(JSON.stringify(answer)),
        (error) => {
          errors.push(...(hears?.(error) ?? [error]))
          const isOurs = HubauthError.isInstance(error)
          response.writeHead(status?.(error) ?? (isOurs ? error.status : 500))
          response.end(text?.(error) ?? 'refused')
        },
      )
    })
    return { ...server, errors }
  }
}

function routeOf({ auth, receiver, options, answer }: GitHubAuthSetup, flaws: AuthFlaws) {
  const { acting = requestInstallation, verify = receiver.verify } = flaws
  const find = acting(
    auth,
    options((request: PlainRequest) => request),
  )
  const findOfDelivery =
    flaws.ofDelivery?.(auth) ?? deliveryInstallation(auth, ({ delivery }: PlainRequest) => delivery)
  return async (url: string, request: Parameters<typeof verify>[0], header: RequestView['header']) => {
    const [, first, org, repo] = url.split('/')
    const params = { org, repo }
    if (first === 'orgs') return answer(await find({ params, header }))
    const delivery = first === 'verified' ? await verify(request) : undefined
    return answer(await findOfDelivery({ params, header, delivery }))
  }
}
