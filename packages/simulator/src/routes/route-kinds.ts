import { type GitHubErrorCode, Refusal } from '../errors.ts'
import type { Reply } from '../server/reply.ts'
import type { RequiredPermission, Route, RouteContext } from '../server/route.ts'
import type { App, InstallationToken } from '../state/entities.ts'

interface Endpoint<Caller> {
  readonly method: Route['method']
  readonly path: string
  readonly docs: string
  readonly handle: (context: RouteContext, caller: Caller) => Reply
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
      if (context.actor.kind === 'app') throw new Refusal(jwtRefusal)
      return handle(context, context.actor.token)
    },
  }
}

/** An endpoint that anyone may call, with anything valid or with nothing. */
export function publicRoute({
  handle,
  ...facts
}: Omit<Endpoint<never>, 'handle'> & Pick<Route, 'handle' | 'unmetered'>): Route {
  return { ...facts, actor: 'anyone', handle }
}
