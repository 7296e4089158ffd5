import type { Actor, ExpectedActor } from '../auth/authenticate.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { PermissionLevel } from '../state/permissions.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Reply } from './reply.ts'
import type { Urls } from './urls.ts'

/** One endpoint, declared: who may call it, with which permission, where GitHub documents it, and what it answers. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Parameters start with a colon: `/repos/:owner/:repo`. */
  readonly path: string
  /** Below `https://docs.github.com/`, for error bodies. */
  readonly docs: string
  readonly actor: ExpectedActor
  /** Reported in `X-Accepted-GitHub-Permissions` with every answer. */
  readonly permission?: RequiredPermission
  /** Whether requests count against the rate limit. Default true. */
  readonly unmetered?: boolean
  handle(context: RouteContext): Reply
}

export interface RequiredPermission {
  readonly name: string
  readonly level: PermissionLevel
}

/** What a route sees of a request. */
export interface RouteContext {
  readonly state: GitHubState
  readonly limits: RateLimits
  /** The moment the request is handled, in epoch milliseconds. */
  readonly now: number
  readonly urls: Urls
  readonly actor: Actor
  readonly defaults: { readonly tokenFormat: 'stateless' | 'classic' }
  /** Of the route; `HEAD` arrives as `GET`. */
  readonly method: Route['method']
  /** Decoded path parameters, all present. */
  param(name: string): string
  readonly query: URLSearchParams
  /** The address below the API root, without the query. */
  readonly path: string
  header(name: string): string | undefined
  /** The parsed JSON object; empty when nothing was sent. */
  readonly body: Readonly<Record<string, unknown>>
}
