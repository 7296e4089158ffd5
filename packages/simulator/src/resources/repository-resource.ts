import type { Urls } from '../server/urls.ts'
import type { Repository } from '../state/entities.ts'
import { nodeId } from '../state/ids.ts'
import { DEFAULT_BRANCH } from '../state/repositories.ts'
import { userResource } from './account-resource.ts'
import { timestamp } from './timestamp.ts'

type Resource = Readonly<Record<string, unknown>>

// The URL templates that every repository carries, as they end behind the repository's own URL.
const LINKS: readonly (readonly [name: string, suffix: string])[] = [
  ['archive_url', '/{archive_format}{/ref}'],
  ['assignees_url', '/assignees{/user}'],
  ['blobs_url', '/git/blobs{/sha}'],
  ['branches_url', '/branches{/branch}'],
  ['collaborators_url', '/collaborators{/collaborator}'],
  ['comments_url', '/comments{/number}'],
  ['commits_url', '/commits{/sha}'],
  ['compare_url', '/compare/{base}...{head}'],
  ['contents_url', '/contents/{+path}'],
  ['contributors_url', '/contributors'],
  ['deployments_url', '/deployments'],
  ['downloads_url', '/downloads'],
  ['events_url', '/events'],
  ['forks_url', '/forks'],
  ['git_commits_url', '/git/commits{/sha}'],
  ['git_refs_url', '/git/refs{/sha}'],
  ['git_tags_url', '/git/tags{/sha}'],
  ['hooks_url', '/hooks'],
  ['issue_comment_url', '/issues/comments{/number}'],
  ['issue_events_url', '/issues/events{/number}'],
  ['issues_url', '/issues{/number}'],
  ['keys_url', '/keys{/key_id}'],
  ['labels_url', '/labels{/name}'],
  ['languages_url', '/languages'],
  ['merges_url', '/merges'],
  ['milestones_url', '/milestones{/number}'],
  ['notifications_url', '/notifications{?since,all,participating}'],
  ['pulls_url', '/pulls{/number}'],
  ['releases_url', '/releases{/id}'],
  ['stargazers_url', '/stargazers'],
  ['statuses_url', '/statuses/{sha}'],
  ['subscribers_url', '/subscribers'],
  ['subscription_url', '/subscription'],
  ['tags_url', '/tags'],
  ['teams_url', '/teams'],
  ['trees_url', '/git/trees{/sha}'],
]

/** GitHub's `repository`, with everything its schema requires. */
export function repositoryResource(repository: Repository, urls: Urls): Resource {
  const fullName = repositoryFullName(repository)
  const url = repositoryUrl(repository, urls)
  const htmlUrl = `${urls.web}/${fullName}`
  const host = urls.web.replace(/^https?:\/\//, '')
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName,
    private: repository.private,
    owner: userResource(repository.owner, urls),
    html_url: htmlUrl,
    description: repository.description,
    fork: false,
    url,
    ...links(url),
    git_url: `git://${host}/${fullName}.git`,
    ssh_url: `git@${host}:${fullName}.git`,
    clone_url: `${htmlUrl}.git`,
    svn_url: htmlUrl,
    mirror_url: null,
    homepage: null,
    language: null,
    created_at: timestamp(repository.createdAt),
    updated_at: timestamp(repository.updatedAt),
    pushed_at: timestamp(repository.pushedAt),
    visibility: repository.private ? 'private' : 'public',
    default_branch: DEFAULT_BRANCH,
    license: null,
    topics: [],
    ...counters(repository),
    ...features(),
  }
}

/** GitHub's `full-repository`, the answer for one repository. */
export function fullRepositoryResource(repository: Repository, urls: Urls): Resource {
  return {
    ...repositoryResource(repository, urls),
    has_discussions: false,
    network_count: 0,
    subscribers_count: 0,
  }
}

/** The address of a repository in the API. */
export function repositoryUrl(repository: Repository, { api }: Urls): string {
  return `${api}/repos/${repositoryFullName(repository)}`
}

/** `owner/name`, as it is now. */
export function repositoryFullName({ owner, name }: Repository): string {
  return `${owner.login}/${name}`
}

// Every answer with a repository has them, so a loop and not a chain of arrays.
function links(url: string): Resource {
  const all: Record<string, string> = {}
  for (const [name, suffix] of LINKS) all[name] = url + suffix
  return all
}

function counters({ issues }: Repository): Resource {
  const open = issues.filter(({ closed }) => closed === undefined).length
  return {
    forks: 0,
    forks_count: 0,
    open_issues: open,
    open_issues_count: open,
    size: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
  }
}

function features(): Resource {
  return {
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    archived: false,
    disabled: false,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
  }
}
