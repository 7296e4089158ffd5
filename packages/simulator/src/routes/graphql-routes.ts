import { Refusal } from '../errors/refusal.ts'
import { ok } from '../server/reply.ts'
import type { Route } from '../server/route.ts'
import { publicRoute } from './route-kinds.ts'

/** The GraphQL API, for installations and users. Its rate limit counts points, not requests. */
export const GRAPHQL_ROUTES: readonly Route[] = [
  publicRoute({
    method: 'POST',
    path: '/graphql',
    docs: 'graphql',
    resource: 'graphql',
    unmetered: true,
    handle: async (context) => {
      const { kind } = context.actor
      if (kind !== 'installation' && kind !== 'user') throw new Refusal('GRAPHQL_REQUIRES_AUTHENTICATION')
      // Most simulators never see a query, and the language takes longer to load than everything else.
      const { executeQuery } = await import('../graphql/execute-query.ts')
      return ok(executeQuery(context))
    },
  }),
]
