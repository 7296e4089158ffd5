import type { HubauthErrorCode, InstallationTarget } from '@hubauth/core'

/** The client with which a process talks to Redis. */
export type ClientName = 'redis' | 'ioredis'

/** What a process is told when it starts. */
export interface CallerOptions {
  readonly redisUrl: string
  readonly client: ClientName
  readonly sealWith: string
  /** What the names of keys start with. */
  readonly prefix: string
  readonly appId: number
  /** PEM. */
  readonly privateKey: string
  /** Root of the API. */
  readonly baseUrl: string
  readonly webhookSecret: string
  /** See `createGitHubAuth`. */
  readonly timeoutMs: number | undefined
}

/** What a process says when it is ready. */
export interface Started {
  /** Where it takes deliveries. */
  readonly webhooks: string
}

/** How one call for a token ended. */
export interface TokenCall {
  /** The token itself; undefined when the call failed. */
  readonly value?: string | undefined
  readonly permissions?: Readonly<Record<string, string>> | undefined
  /** Why it failed: the code of a `HubauthError`, or the message of another error. */
  readonly error?: HubauthErrorCode | string | undefined
}

/** How many calls ended how. */
export interface CallsReport {
  readonly calls: number
  /** How many calls failed, by the reason; see {@link TokenCall.error}. */
  readonly failures: Readonly<Record<string, number>>
  /** How long the slowest call took, in milliseconds of real time. */
  readonly longestMs: number
  /** The different tokens that an installation's calls got, by its id. */
  readonly tokens: Readonly<Record<string, readonly string[]>>
}

/** Calls for the tokens of several installations. */
export interface Burst {
  /** In this order. */
  readonly installationIds: readonly number[]
  /** How many calls for each, all at the same time. */
  readonly callers: number
  /** How many installations at the same time. Default all. */
  readonly atOnce?: number | undefined
}

/** Calls that go on until they are told to stop. */
export interface Loops {
  readonly installationIds: readonly number[]
  /** How many loops run at the same time; each waits for its call before the next one. */
  readonly loops: number
}

/** A request to GitHub with an installation's token. */
export interface Request {
  readonly installationId: number
  readonly path: string
}

/** What a process was told by core since it started. */
export interface Told {
  /**
   * How often `observe` was called, by type and what tells events of that type apart: `mint`, `store down`,
   * `wait took-over`.
   */
  readonly events: Readonly<Record<string, number>>
  /** The codes of the errors that `onProblem` and `onError` were given. */
  readonly problems: readonly string[]
}

/** What a process can be asked to do. */
export interface Questions {
  start(options: CallerOptions): Promise<Started>
  token(target: InstallationTarget): Promise<TokenCall>
  burst(burst: Burst): Promise<CallsReport>
  startLoops(loops: Loops): Promise<void>
  /** Ends the loops, and reports their calls. */
  stopLoops(): Promise<CallsReport>
  /** The status of the answer. */
  fetch(request: Request): Promise<number>
  /** Moves the clock of this process by so many milliseconds. */
  moveClock(ms: number): Promise<void>
  told(): Promise<Told>
}

/** A question to a process. */
export interface Question {
  readonly id: number
  readonly name: keyof Questions
  readonly argument: unknown
}

/** What a process answers. */
export interface Answer {
  /** That of the question. */
  readonly id: number
  readonly result?: unknown
  /** Why there is no result. */
  readonly error?: string | undefined
}
