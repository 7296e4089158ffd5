import { repositoryAccess } from '../auth/repository-access.ts'
import { Refusal } from '../errors/refusal.ts'
import { organizationResource } from '../resources/organization-resource.ts'
import { emailResources, privateUserResource } from '../resources/private-user-resource.ts'
import { viewedRepositoryResource } from '../resources/viewed-repository-resource.ts'
import { paginate } from '../server/pagination.ts'
import { ok } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import type { Account, Repository, UserToken } from '../state/entities.ts'
import { allows, METADATA_READ } from '../state/permissions.ts'
import { repositoryRole } from '../state/roles.ts'
import { userRoute } from './route-kinds.ts'

const EMAILS = { name: 'email_addresses', level: 'read' } as const

/** Users about themselves, with their own tokens. */
export const USER_ACCOUNT_ROUTES: readonly Route[] = [
  userRoute({
    method: 'GET',
    path: '/user',
    docs: 'rest/users/users#get-the-authenticated-user',
    handle: ({ state, urls }, { user }) => ok(privateUserResource(state, user, urls)),
  }),
  userRoute({
    method: 'GET',
    path: '/user/emails',
    docs: 'rest/users/emails#list-email-addresses-for-the-authenticated-user',
    permission: EMAILS,
    handle: (context, { user, app }) => {
      if (app !== undefined && !allows(app.permissions, EMAILS.name, EMAILS.level))
        throw new Refusal('NOT_ACCESSIBLE')
      const { items, headers } = paginate(emailResources(user), context)
      return ok(items, headers)
    },
  }),
  userRoute({
    method: 'GET',
    path: '/user/repos',
    docs: 'rest/repos/repos#list-repositories-for-the-authenticated-user',
    permission: METADATA_READ,
    handle: (context, token) => {
      const { items, headers } = paginate(repositoriesOf(context, token), context)
      return ok(
        items.map((repository) => viewedRepositoryResource(repository, token.user, context.urls)),
        headers,
      )
    },
  }),
  userRoute({
    method: 'GET',
    path: '/user/orgs',
    docs: 'rest/orgs/orgs#list-organizations-for-the-authenticated-user',
    handle: (context, token) => {
      const { items, headers } = paginate(organizationsOf(context, token), context)
      return ok(
        items.map((organization) => organizationResource(organization, context.urls)),
        headers,
      )
    },
  }),
]

// Through an app, users see only what the app was installed on.
function repositoriesOf({ state, actor }: RouteContext, { user, app }: UserToken): Repository[] {
  return [...state.accounts.all()]
    .flatMap((account) => state.repositories.of(account))
    .filter((repository) => repositoryRole(user, repository) !== undefined)
    .filter(
      (repository) =>
        (app === undefined || state.installations.findFor(app, repository.owner) !== undefined) &&
        repositoryAccess(state, actor, { repository, permission: METADATA_READ }) === 'granted',
    )
}

function organizationsOf({ state }: RouteContext, { user, app }: UserToken): Account[] {
  return [...state.accounts.all()]
    .filter(({ members }) => members.has(user))
    .filter((account) => app === undefined || state.installations.findFor(app, account) !== undefined)
}
