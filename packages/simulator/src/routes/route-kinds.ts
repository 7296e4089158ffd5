import type { GitHubErrorCode } from '../errors/github-errors.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Reply } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import type { App, InstallationToken, UserToken } from '../state/entities.ts'
import type { RequiredPermission } from '../state/permissions.ts'

interface Endpoint<Caller> {
  readonly method: Route['method']
  readonly path: string
  readonly docs: string
  readonly unmetered?: boolean
  readonly handle: (context: RouteContext, caller: Caller) => Reply | Promise<Reply>
}

interface InstallationEndpoint extends Endpoint<InstallationToken> {
  readonly permission?: RequiredPermission
  /** What an app gets that comes with its JWT. */
  readonly jwtRefusal: GitHubErrorCode
}

/** An endpoint that is called with an app's JWT and nothing else. */
export function appRoute({ handle, ...facts }: Endpoint<App>): Route {
  return {
    ...facts,
    actor: 'app',
    handle(context) {
      if (context.actor.kind !== 'app') throw new Refusal('JWT_UNDECODABLE')
      return handle(context, context.actor.app)
    },
  }
}

/** An endpoint that is called with an installation access token and nothing else. */
export function installationRoute({ handle, jwtRefusal, ...facts }: InstallationEndpoint): Route {
  return {
    ...facts,
    actor: 'installation',
    handle(context) {
      if (context.actor.kind === 'anonymous') throw new Refusal('REQUIRES_AUTHENTICATION')
      if (context.actor.kind !== 'installation') throw new Refusal(jwtRefusal)
      return handle(context, context.actor.token)
    },
  }
}

interface UserEndpoint extends Endpoint<UserToken> {
  readonly permission?: RequiredPermission
}

/** An endpoint that is called with a user's token and nothing else. */
export function userRoute({ handle, ...facts }: UserEndpoint): Route {
  return {
    ...facts,
    actor: 'user',
    handle(context) {
      const { actor } = context
      if (actor.kind === 'anonymous' || actor.kind === 'client') throw new Refusal('REQUIRES_AUTHENTICATION')
      if (actor.kind !== 'user') throw new Refusal('NOT_ACCESSIBLE')
      return handle(context, actor.token)
    },
  }
}

/** An endpoint that an app calls with its client id and client secret as `Basic`, below its own client id. */
export function clientRoute({ handle, ...facts }: Endpoint<App>): Route {
  return {
    ...facts,
    actor: 'client',
    handle(context) {
      const { actor } = context
      if (actor.kind === 'anonymous') throw new Refusal('REQUIRES_AUTHENTICATION')
      if (actor.kind !== 'client' || actor.app.clientId !== context.param('client_id'))
        throw new Refusal('NOT_FOUND')
      return handle(context, actor.app)
    },
  }
}

/** An endpoint that anyone may call, with anything valid or with nothing. */
export function publicRoute({
  handle,
  ...facts
}: Omit<Endpoint<never>, 'handle'> & Pick<Route, 'handle' | 'permission' | 'resource'>): Route {
  return { ...facts, actor: 'anyone', handle }
}
