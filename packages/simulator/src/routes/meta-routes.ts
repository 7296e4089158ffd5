import { API_VERSIONS } from '../server/api-versions.ts'
import type { RateLimitResource, RateLimitStatus } from '../server/rate-limits.ts'
import { ok } from '../server/reply.ts'
import type { Route } from '../server/route.ts'
import { publicRoute } from './route-kinds.ts'

// Of the root document: what follows the API root. GitHub lists more endpoints than are simulated.
const ROOT_LINKS = {
  current_user_url: '/user',
  authorizations_url: '/authorizations',
  code_search_url: '/search/code?q={query}{&page,per_page,sort,order}',
  commit_search_url: '/search/commits?q={query}{&page,per_page,sort,order}',
  emails_url: '/user/emails',
  emojis_url: '/emojis',
  events_url: '/events',
  feeds_url: '/feeds',
  followers_url: '/user/followers',
  following_url: '/user/following{/target}',
  gists_url: '/gists{/gist_id}',
  hub_url: '/hub',
  issue_search_url: '/search/issues?q={query}{&page,per_page,sort,order}',
  issues_url: '/issues',
  keys_url: '/user/keys',
  label_search_url: '/search/labels?q={query}&repository_id={repository_id}{&page,per_page}',
  notifications_url: '/notifications',
  organization_url: '/orgs/{org}',
  organization_repositories_url: '/orgs/{org}/repos{?type,page,per_page,sort}',
  organization_teams_url: '/orgs/{org}/teams',
  public_gists_url: '/gists/public',
  rate_limit_url: '/rate_limit',
  repository_url: '/repos/{owner}/{repo}',
  repository_search_url: '/search/repositories?q={query}{&page,per_page,sort,order}',
  current_user_repositories_url: '/user/repos{?type,page,per_page,sort}',
  starred_url: '/user/starred{/owner}{/repo}',
  starred_gists_url: '/gists/starred',
  topic_search_url: '/search/topics?q={query}{&page,per_page}',
  user_url: '/users/{user}',
  user_organizations_url: '/user/orgs',
  user_repositories_url: '/users/{user}/repos{?type,page,per_page,sort}',
  user_search_url: '/search/users?q={query}{&page,per_page,sort,order}',
} as const

/** The API about itself. */
export const META_ROUTES: readonly Route[] = [
  publicRoute({
    method: 'GET',
    path: '/',
    docs: 'rest/meta/meta#github-api-root',
    handle: ({ urls }) =>
      ok({
        ...Object.fromEntries(Object.entries(ROOT_LINKS).map(([name, suffix]) => [name, urls.api + suffix])),
        current_user_authorizations_html_url: `${urls.web}/settings/connections/applications{/client_id}`,
      }),
  }),
  publicRoute({
    method: 'GET',
    path: '/meta',
    docs: 'rest/meta/meta#get-apiname-meta-information',
    handle: () =>
      ok({
        verifiable_password_authentication: false,
        hooks: ['127.0.0.1/32', '::1/128'],
        web: ['127.0.0.1/32', '::1/128'],
        api: ['127.0.0.1/32', '::1/128'],
        git: ['127.0.0.1/32', '::1/128'],
      }),
  }),
  publicRoute({
    method: 'GET',
    path: '/versions',
    docs: 'rest/meta/meta#get-all-api-versions',
    handle: () => ok(API_VERSIONS),
  }),
  publicRoute({
    method: 'GET',
    path: '/rate_limit',
    docs: 'rest/rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user',
    unmetered: true,
    handle: ({ limits, actor, now }) => {
      const status = (resource: RateLimitResource): Omit<RateLimitStatus, 'resource'> => {
        const { limit, remaining, reset, used } = limits.peek(actor, { resource, now })
        return { limit, remaining, reset, used }
      }
      const core = status('core')
      return ok({
        resources: {
          core,
          search: { limit: 30, remaining: 30, reset: Math.ceil(now / 1000) + 60, used: 0 },
          graphql: status('graphql'),
          integration_manifest: status('integration_manifest'),
        },
        rate: core,
      })
    },
  }),
]
