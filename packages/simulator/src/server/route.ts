import type { Actor, ExpectedActor } from '../auth/actor.ts'
import type { RepositoryContents } from '../git/repository-contents.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { RequiredPermission } from '../state/permissions.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'
import type { RateLimitResource, RateLimits } from './rate-limits.ts'
import type { Reply } from './reply.ts'
import type { Urls } from './urls.ts'

/** A method that an endpoint can have; `HEAD` is answered by `GET`. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One endpoint of the API, declared: who may call it, with which permission, where GitHub documents it, and what it answers. */
export interface Route {
  readonly method: Method
  /** Parameters start with a colon, one that takes the rest with a star: `/repos/:owner/:repo/contents/*path`. */
  readonly path: string
  /** Below `https://docs.github.com/`, for error bodies. */
  readonly docs: string
  readonly actor: ExpectedActor
  /** Reported in `X-Accepted-GitHub-Permissions` with every answer. */
  readonly permission?: RequiredPermission
  /** Whether requests count against the rate limit. Default true. */
  readonly unmetered?: boolean
  /** Which rate limit requests count against. Default `core`. */
  readonly resource?: RateLimitResource
  handle(context: RouteContext): Reply | Promise<Reply>
}

/** What every endpoint sees of a request. */
export interface RequestContext {
  readonly state: GitHubState
  /** The moment the request is handled, in epoch milliseconds. */
  readonly now: number
  readonly urls: Urls
  /** Of the route; `HEAD` arrives as `GET`. */
  readonly method: Method
  /** Decoded path parameters, all present. */
  param(name: string): string
  readonly query: URLSearchParams
  /** The address below the API root, without the query. */
  readonly path: string
  header(name: string): string | undefined
}

/** What an endpoint of the API sees of a request. */
export interface RouteContext extends RequestContext {
  readonly limits: RateLimits
  readonly webhooks: Webhooks
  readonly contents: RepositoryContents
  readonly actor: Actor
  readonly defaults: { readonly tokenFormat: 'stateless' | 'classic' }
  /** The parsed JSON object; empty when nothing was sent. */
  readonly body: Readonly<Record<string, unknown>>
}
