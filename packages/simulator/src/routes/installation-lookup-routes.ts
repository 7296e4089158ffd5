import { Refusal } from '../errors/refusal.ts'
import { installationResource } from '../resources/installation-resource.ts'
import { ok, type Reply } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import { installationCovers } from '../state/access.ts'
import type { Account, App, Repository } from '../state/entities.ts'
import { repositoryById, repositoryByName } from './repository-route.ts'
import { appRoute } from './route-kinds.ts'

const REPOSITORY_DOCS = 'rest/apps/apps#get-a-repository-installation-for-the-authenticated-app'

/** Finding the installation that belongs to an owner or a repository. */
export const INSTALLATION_LOOKUP_ROUTES: readonly Route[] = [
  appRoute({
    method: 'GET',
    path: '/orgs/:org/installation',
    docs: 'rest/apps/apps#get-an-organization-installation-for-the-authenticated-app',
    handle: (context, app) =>
      ofAccount(context, app, { login: context.param('org'), types: ['Organization'] }),
  }),
  appRoute({
    method: 'GET',
    path: '/users/:username/installation',
    docs: 'rest/apps/apps#get-a-user-installation-for-the-authenticated-app',
    // GitHub answers here for organizations as well.
    handle: (context, app) =>
      ofAccount(context, app, { login: context.param('username'), types: ['User', 'Organization'] }),
  }),
  appRoute({
    method: 'GET',
    path: '/enterprises/:enterprise/installation',
    docs: 'rest/enterprise-admin/github-apps#get-an-enterprise-installation-for-the-authenticated-app',
    handle: (context, app) =>
      ofAccount(context, app, { login: context.param('enterprise'), types: ['Enterprise'] }),
  }),
  appRoute({
    method: 'GET',
    path: '/repos/:owner/:repo/installation',
    docs: REPOSITORY_DOCS,
    handle: (context, app) => {
      const repository = repositoryByName(context, (moved) => ofRepository(context, app, moved))
      return ofRepository(context, app, repository)
    },
  }),
  appRoute({
    method: 'GET',
    path: '/repositories/:repository_id/installation',
    docs: REPOSITORY_DOCS,
    handle: (context, app) => ofRepository(context, app, repositoryById(context)),
  }),
]

function ofAccount(
  { state, urls }: RouteContext,
  app: App,
  wanted: { login: string; types: Account['type'][] },
): Reply {
  const account = state.accounts.find(wanted.login)
  if (account === undefined || !wanted.types.includes(account.type)) throw new Refusal('NOT_FOUND')
  const installation = state.installations.findFor(app, account)
  if (installation === undefined) throw new Refusal('NOT_FOUND')
  return ok(installationResource(installation, urls))
}

function ofRepository({ state, urls }: RouteContext, app: App, repository: Repository): Reply {
  const installation = state.installations.findFor(app, repository.owner)
  if (installation === undefined || !installationCovers(installation, repository))
    throw new Refusal('NOT_FOUND')
  return ok(installationResource(installation, urls))
}
