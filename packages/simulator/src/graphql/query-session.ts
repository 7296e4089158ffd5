import { repositoryAccess } from '../auth/repository-access.ts'
import type { RateLimitStatus } from '../server/rate-limits.ts'
import type { RouteContext } from '../server/route.ts'
import type { Repository } from '../state/entities.ts'
import type { RequiredPermission } from '../state/permissions.ts'
import { type GraphQLErrorCode, GraphQLRefusal } from './graphql-errors.ts'

/** More than this, and lists are not resolved any further. One field of one node counts as one. */
const MAX_FIELDS = 100_000
/** More text than this is not answered: an issue may have a long body, and a query may ask for it under many names. */
const MAX_CHARACTERS = 33_554_432

/** What the fields of one query share. */
export class QuerySession {
  readonly state: RouteContext['state']
  readonly actor: RouteContext['actor']
  readonly urls: RouteContext['urls']
  /** What the query costs, and where that leaves the caller. */
  readonly rateLimit: RateLimitStatus & { readonly cost: number; readonly nodeCount: number }
  #fields = 0
  #characters = 0

  constructor(
    { state, actor, urls }: Pick<RouteContext, 'state' | 'actor' | 'urls'>,
    rateLimit: QuerySession['rateLimit'],
  ) {
    this.state = state
    this.actor = actor
    this.urls = urls
    this.rateLimit = rateLimit
  }

  /** @throws {GraphQLRefusal} when this is more text than one query may get. */
  countField(value: unknown): void {
    this.#fields += 1
    if (typeof value === 'string') this.#characters += value.length
    if (this.#characters > MAX_CHARACTERS) throw new GraphQLRefusal('RESOURCE_LIMITS')
  }

  /** @throws {GraphQLRefusal} when the query has resolved more than it may. */
  checkResources(): void {
    if (this.#fields > MAX_FIELDS) throw new GraphQLRefusal('RESOURCE_LIMITS')
  }

  /** @throws {GraphQLRefusal} `FORBIDDEN`, or what `hidden` says for a repository that does not exist for the caller. */
  require(
    { repository, permission }: { readonly repository: Repository; readonly permission: RequiredPermission },
    hidden: { readonly code: GraphQLErrorCode; readonly values: Readonly<Record<string, string>> },
  ): void {
    const access = repositoryAccess(this.state, this.actor, { repository, permission })
    if (access === 'hidden') throw new GraphQLRefusal(hidden.code, hidden.values)
    if (access !== 'granted') throw new GraphQLRefusal('FORBIDDEN')
  }
}
