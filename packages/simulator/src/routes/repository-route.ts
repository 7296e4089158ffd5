import { requireRepositoryAccess } from '../auth/repository-access.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Reply } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import type { Repository } from '../state/entities.ts'
import type { RequiredPermission } from '../state/permissions.ts'
import { numericParam } from './numeric-param.ts'

interface RepositoryEndpoint {
  readonly method: Route['method']
  /** What follows `/repos/:owner/:repo`. */
  readonly suffix: string
  readonly docs: string
  readonly permission: RequiredPermission
  readonly handle: (context: RouteContext, repository: Repository) => Reply | Promise<Reply>
}

/** An endpoint of a repository, under its name and under its id, which is where GitHub redirects old names to. */
export function repositoryRoutes({ suffix, handle, ...facts }: RepositoryEndpoint): Route[] {
  const authorize = ({ state, actor }: RouteContext, repository: Repository): void =>
    requireRepositoryAccess(state, actor, { repository, permission: facts.permission })
  const open = (context: RouteContext, repository: Repository): Reply | Promise<Reply> => {
    authorize(context, repository)
    return handle(context, repository)
  }
  return [
    {
      ...facts,
      actor: 'anyone',
      path: `/repos/:owner/:repo${suffix}`,
      handle: (context) =>
        open(
          context,
          repositoryByName(context, (moved) => authorize(context, moved)),
        ),
    },
    {
      ...facts,
      actor: 'anyone',
      path: `/repositories/:repository_id${suffix}`,
      handle: (context) => open(context, repositoryById(context)),
    },
  ]
}

/**
 * The repository that `:owner/:repo` names.
 *
 * @param mayFollow throws when the caller must not learn where a renamed repository went.
 * @throws {Refusal} a redirect for a name that was given up, 404 for one that never was.
 */
export function repositoryByName(context: RouteContext, mayFollow: (moved: Repository) => void): Repository {
  const [owner, name] = [context.param('owner'), context.param('repo')]
  const repository = context.state.repositories.find(owner, name)
  if (repository !== undefined) return repository
  const moved = context.state.repositories.findMoved(owner, name)
  if (moved === undefined) throw new Refusal('NOT_FOUND')
  mayFollow(moved)
  const rest = context.path
    .split('/')
    .slice(4)
    .map((segment) => `/${segment}`)
    .join('')
  const query = context.query.size === 0 ? '' : `?${context.query}`
  const url = `${context.urls.api}/repositories/${moved.id}${rest}${query}`
  const code = context.method === 'GET' ? 'MOVED_PERMANENTLY' : 'TEMPORARY_REDIRECT'
  throw new Refusal(code, { headers: { location: url }, members: { url } })
}

/** @throws {Refusal} 404 when there is no such repository. */
export function repositoryById(context: RouteContext): Repository {
  const repository = context.state.repositories.findById(numericParam(context, 'repository_id'))
  if (repository === undefined) throw new Refusal('NOT_FOUND')
  return repository
}
