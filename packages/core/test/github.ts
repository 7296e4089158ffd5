import { type Simulator, type SimulatorOptions, startSimulator } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { onTestFinished } from 'vitest'
import { createGitHubAuth, type GitHubAppOptions, type GitHubAuth, pemKey } from '../src/index.ts'
import { type Timeline, timeline } from './timeline.ts'

/** A request as it was sent, and when. */
export interface SentRequest {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly url: string
  readonly headers: Headers
  readonly body: RequestInit['body']
}

/** The simulator on a manual clock, and the way to it. */
export interface TestGitHub {
  readonly simulator: Simulator
  readonly time: Timeline
  /** What was sent, oldest first. */
  readonly sent: readonly SentRequest[]
  /** Sends through the global fetch, and keeps the clock still meanwhile. */
  readonly fetch: typeof fetch
  /** Authentication as the simulator's app. */
  auth(options?: Partial<GitHubAppOptions>): GitHubAuth
  /** Answers of this kind never come from now on; returns how to end that. */
  hang(matching: (request: SentRequest) => boolean): () => void
}

/** An organization with two repositories and an installation on both, with id 7. */
export const ACME = {
  login: 'acme',
  repositories: [
    { name: 'api', private: true, issues: [{ title: 'It rains' }] },
    { name: 'web', private: true },
  ],
  installation: { id: 7 },
} as const

/** What POSTs to mint look like. */
export const MINT = '/app/installations/{installation_id}/access_tokens'

/** Starts the simulator for one test, with `acme` unless told otherwise. It ends with the test. */
export async function startGitHub(options: SimulatorOptions = {}): Promise<TestGitHub> {
  const time = timeline()
  const key = rsaKey()
  const simulator = await startSimulator({
    clock: time.clock,
    accounts: [ACME],
    ...options,
    app: { privateKey: key.pkcs1, ...options.app },
  })
  onTestFinished(() => simulator.close())
  const sent: SentRequest[] = []
  const hanging = new Set<(request: SentRequest) => boolean>()
  const send: typeof fetch = (input, init) => {
    const request = recorded(input, init, time.clock.now())
    sent.push(request)
    const signal = init?.signal ?? undefined
    for (const matches of hanging) if (matches(request)) return untilAbort(signal)
    return time.track(buffered(fetch(input, init)))
  }
  return {
    simulator,
    time,
    sent,
    fetch: send,
    auth: (overrides = {}) =>
      createGitHubAuth({
        appId: simulator.app.clientId,
        key: time.trackKey(pemKey(key.pkcs1)),
        baseUrl: simulator.url,
        clock: time.clock,
        fetch: send,
        ...overrides,
      }),
    hang(matching) {
      hanging.add(matching)
      return () => hanging.delete(matching)
    },
  }
}

/** The moments at which matching requests were sent, in milliseconds after the first of them. */
export function timesOf(sent: readonly SentRequest[], matching: (request: SentRequest) => boolean): number[] {
  const moments = sent.filter(matching).map(({ at }) => at)
  return moments.map((at) => at - (moments[0] ?? 0))
}

export function recorded(
  input: string | URL | Request,
  init: RequestInit | undefined,
  at: number,
): SentRequest {
  const url = input instanceof Request ? input.url : String(input)
  return {
    at,
    method: init?.method ?? 'GET',
    path: new URL(url).pathname,
    url,
    headers: new Headers(init?.headers),
    body: init?.body,
  }
}

/** Never answers; ends as a real fetch does when the signal aborts. */
export function untilAbort(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** Reads the body at once, so that nothing real is under way when the answer is handed out. */
async function buffered(answer: Promise<Response>): Promise<Response> {
  const { status, headers, body } = await answer
  const bytes = body === null ? null : await new Response(body).arrayBuffer()
  return new Response(bytes?.byteLength ? bytes : null, { status, headers })
}
