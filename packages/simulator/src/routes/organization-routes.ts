import { repositoryAccess } from '../auth/repository-access.ts'
import { Refusal } from '../errors/refusal.ts'
import { fullOrganizationResource } from '../resources/full-organization-resource.ts'
import { installationResource } from '../resources/installation-resource.ts'
import { repositoryResource } from '../resources/repository-resource.ts'
import { paginate } from '../server/pagination.ts'
import { ok } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import { tokenAllows } from '../state/access.ts'
import type { Account, UserToken } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { allows, METADATA_READ } from '../state/permissions.ts'
import { ownsAccount } from '../state/roles.ts'
import { publicRoute } from './route-kinds.ts'

const ADMINISTRATION = { name: 'organization_administration', level: 'read' } as const

/** Organizations, their repositories, and the apps installed on them. */
export const ORGANIZATION_ROUTES: readonly Route[] = [
  publicRoute({
    method: 'GET',
    path: '/orgs/:org',
    docs: 'rest/orgs/orgs#get-an-organization',
    handle: (context) => {
      const organization = organizationOf(context)
      const publicRepositories = context.state.repositories.publicCount(organization)
      return ok(fullOrganizationResource(organization, { urls: context.urls, publicRepositories }))
    },
  }),
  publicRoute({
    method: 'GET',
    path: '/orgs/:org/repos',
    docs: 'rest/repos/repos#list-organization-repositories',
    permission: METADATA_READ,
    handle: (context) => {
      const { state, actor, urls } = context
      const visible = state.repositories
        .of(organizationOf(context))
        .filter(
          (repository) =>
            repositoryAccess(state, actor, { repository, permission: METADATA_READ }) === 'granted',
        )
      const { items, headers } = paginate(visible, context)
      return ok(
        items.map((repository) => repositoryResource(repository, urls)),
        headers,
      )
    },
  }),
  publicRoute({
    method: 'GET',
    path: '/orgs/:org/installations',
    docs: 'rest/orgs/orgs#list-app-installations-for-an-organization',
    permission: ADMINISTRATION,
    handle: (context) => {
      const organization = organizationOf(context)
      requireAdministration(context, organization)
      const { apps, installations } = context.state
      const all = apps.all().flatMap((app) => installations.findFor(app, organization) ?? [])
      const { items, headers } = paginate(all, context)
      const resources = items.map((installation) => installationResource(installation, context.urls))
      return ok({ total_count: all.length, installations: resources }, headers)
    },
  }),
]

function organizationOf({ state, param }: RouteContext): Account {
  const account = state.accounts.find(param('org'))
  if (account?.type !== 'Organization') throw new Refusal('NOT_FOUND')
  return account
}

/** @throws {Refusal} for everybody but owners, and apps that may read what owners see. */
function requireAdministration({ actor, state, now }: RouteContext, organization: Account): void {
  switch (actor.kind) {
    case 'user':
      if (!ownsAccount(actor.token.user, organization)) throw new Refusal('ADMIN_RIGHTS_REQUIRED')
      if (!reaches(state, actor.token, organization)) throw new Refusal('NOT_ACCESSIBLE')
      return
    case 'installation': {
      const { token } = actor
      const { name, level } = ADMINISTRATION
      if (
        token.installation.account !== organization ||
        now < token.grantedAt ||
        !tokenAllows(token, name, level)
      )
        throw new Refusal('NOT_ACCESSIBLE')
      return
    }
    case 'app':
      throw new Refusal('NOT_ACCESSIBLE')
    default:
      throw new Refusal('REQUIRES_AUTHENTICATION')
  }
}

// A personal access token reaches what its user does; an app has to be allowed to as well.
function reaches({ installations }: GitHubState, { app, scope }: UserToken, organization: Account): boolean {
  if (app === undefined) return true
  const installation = installations.findFor(app, organization)
  if (installation === undefined || installation.suspended !== undefined) return false
  if (scope !== undefined && scope.target !== organization) return false
  const { name, level } = ADMINISTRATION
  return [installation.permissions, scope?.permissions ?? installation.permissions].every((held) =>
    allows(held, name, level),
  )
}
