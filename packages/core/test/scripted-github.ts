import { rsaKey } from '@hubauth/testing'
import { createGitHubAuth, type GitHubAppOptions, type GitHubAuth, pemKey } from '../src/index.ts'
import { recorded, type SentRequest } from './github.ts'
import { type Timeline, timeline } from './timeline.ts'

/** A GitHub that says what no real one would, without a network in between. */
export interface ScriptedGitHub {
  readonly time: Timeline
  readonly sent: readonly SentRequest[]
  readonly fetch: typeof fetch
  auth(options?: Partial<GitHubAppOptions>): GitHubAuth
}

/** Answers one request; undefined leaves it to the well-behaved default: mints, and 200 for the rest. */
export type Answer = (
  request: SentRequest,
  init: RequestInit | undefined,
) => Response | undefined | Promise<Response | undefined>

/** Starts one whose answers come from `answer`. The app has id 1, `acme` has installation 7. */
export function scriptedGitHub(
  answer: Answer = () => undefined,
  time: Timeline = timeline(),
): ScriptedGitHub {
  const sent: SentRequest[] = []
  let mints = 0
  const send: typeof fetch = async (input, init) => {
    init?.signal?.throwIfAborted()
    const request = recorded(input, init, time.clock.now())
    sent.push(request)
    const scripted = await answer(request, init)
    if (scripted !== undefined) return scripted
    if (request.path.endsWith('/access_tokens')) return minted(`ghs_token${++mints}`, time.clock.now())
    if (request.path.endsWith('/installation')) return json({ id: 7, account: { login: 'acme' } })
    if (request.path.endsWith('/app')) return json({ id: 1, slug: 'octo-app' })
    return json({ path: request.path })
  }
  return {
    time,
    sent,
    fetch: send,
    auth: (options = {}) =>
      createGitHubAuth({
        appId: 1,
        key: time.trackKey(pemKey(rsaKey().pkcs1)),
        clock: time.clock,
        fetch: send,
        ...options,
      }),
  }
}

/** A JSON answer. */
export function json(body: unknown, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers)
  headers.set('content-type', 'application/json; charset=utf-8')
  return new Response(JSON.stringify(body), { ...init, headers })
}

/** GitHub's answer to a mint. The token lives an hour from `now`. */
export function minted(token: string, now: number, fields: Readonly<Record<string, unknown>> = {}): Response {
  const expiresAt = new Date(now + 3_600_000).toISOString()
  const body = {
    token,
    expires_at: expiresAt,
    permissions: { metadata: 'read' },
    repository_selection: 'all',
  }
  return json({ ...body, ...fields }, { status: 201 })
}

/** Whether a request mints a token. */
export function isMint({ method, path }: SentRequest): boolean {
  return method === 'POST' && path.endsWith('/access_tokens')
}
