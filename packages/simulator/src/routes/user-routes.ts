import { Refusal } from '../errors/refusal.ts'
import { publicUserResource } from '../resources/account-resource.ts'
import { ok } from '../server/reply.ts'
import type { Route } from '../server/route.ts'
import { publicRoute } from './route-kinds.ts'

/** What anyone sees of users, organizations and bots. */
export const USER_ROUTES: readonly Route[] = [
  publicRoute({
    method: 'GET',
    path: '/users/:username',
    docs: 'rest/users/users#get-a-user',
    handle: ({ state, urls, param }) => {
      const account = state.accounts.find(param('username'))
      if (account === undefined || account.type === 'Enterprise') throw new Refusal('NOT_FOUND')
      const publicRepositories = state.repositories.publicCount(account)
      return ok(publicUserResource(account, { urls, publicRepositories }))
    },
  }),
]
