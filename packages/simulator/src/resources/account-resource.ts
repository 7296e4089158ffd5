import type { Urls } from '../server/urls.ts'
import type { Account } from '../state/entities.ts'
import { nodeId } from '../state/ids.ts'
import { timestamp } from './timestamp.ts'

type Resource = Readonly<Record<string, unknown>>

/** GitHub's `simple-user`. Organizations and bots have the same shape. */
export function userResource(account: Account, { api, web }: Urls): Resource {
  const url = `${api}/users/${encodeURIComponent(account.login)}`
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId({ User: 'U', Bot: 'BOT', Organization: 'O', Enterprise: 'E' }[account.type], account.id),
    avatar_url: avatarUrl(account, web),
    gravatar_id: '',
    url,
    html_url:
      account.type === 'Bot'
        ? `${web}/apps/${account.login.replace('[bot]', '')}`
        : `${web}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  }
}

/** GitHub's `public-user`, which is what anyone sees of anyone. */
export function publicUserResource(
  account: Account,
  options: { urls: Urls; publicRepositories: number },
): Resource {
  return {
    ...userResource(account, options.urls),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: options.publicRepositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: timestamp(account.createdAt),
    updated_at: timestamp(account.updatedAt),
  }
}

/** The account of an installation: a `simple-user`, or an `enterprise`. */
export function accountResource(account: Account, urls: Urls): Resource {
  if (account.type !== 'Enterprise') return userResource(account, urls)
  return {
    id: account.id,
    node_id: nodeId('E', account.id),
    name: account.name ?? account.login,
    slug: account.login,
    description: null,
    website_url: null,
    html_url: `${urls.web}/enterprises/${account.login}`,
    avatar_url: avatarUrl(account, urls.web),
    created_at: timestamp(account.createdAt),
    updated_at: timestamp(account.updatedAt),
  }
}

function avatarUrl(account: Account, web: string): string {
  return `${web}/avatars/u/${account.id}?v=4`
}
