import { Refusal } from '../errors.ts'
import { commentResource, issueResource, issueUrl } from '../resources/issue-resource.ts'
import { paginate } from '../server/pagination.ts'
import { created, ok } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import type { Author, Issue, Repository } from '../state/entities.ts'
import { numericParam } from './numeric-param.ts'
import { repositoryRoutes } from './repository-route.ts'

const READ = { name: 'issues', level: 'read' } as const
const WRITE = { name: 'issues', level: 'write' } as const

/** Issues and their comments. */
export const ISSUE_ROUTES: readonly Route[] = [
  ...repositoryRoutes({
    method: 'GET',
    suffix: '/issues',
    docs: 'rest/issues/issues#list-repository-issues',
    permission: READ,
    handle: (context, repository) => {
      // Every issue is open: closing them is not simulated.
      const wanted = context.query.get('state') === 'closed' ? [] : repository.issues.toReversed()
      const { items, headers } = paginate(wanted, context)
      return ok(
        items.map((issue) => issueResource(issue, { repository, urls: context.urls })),
        headers,
      )
    },
  }),
  ...repositoryRoutes({
    method: 'POST',
    suffix: '/issues',
    docs: 'rest/issues/issues#create-an-issue',
    permission: WRITE,
    handle: (context, repository) => {
      const { state, urls, now, body } = context
      const title = text(body, 'title')
      if (title.trim() === '')
        throw new Refusal('VALIDATION_FAILED', {
          errors: [{ resource: 'Issue', code: 'missing_field', field: 'title' }],
        })
      const description = body.body === undefined || body.body === null ? null : text(body, 'body')
      const issue = state.repositories.addIssue(repository, {
        title,
        body: description,
        author: authorOf(context),
        now,
      })
      return created(issueResource(issue, { repository, urls }), issueUrl(issue, { repository, urls }))
    },
  }),
  ...repositoryRoutes({
    method: 'GET',
    suffix: '/issues/:issue_number',
    docs: 'rest/issues/issues#get-an-issue',
    permission: READ,
    handle: (context, repository) =>
      ok(issueResource(issueOf(context, repository), { repository, urls: context.urls })),
  }),
  ...repositoryRoutes({
    method: 'GET',
    suffix: '/issues/:issue_number/comments',
    docs: 'rest/issues/comments#list-issue-comments',
    permission: READ,
    handle: (context, repository) => {
      const issue = issueOf(context, repository)
      const { items, headers } = paginate(issue.comments, context)
      return ok(
        items.map((comment) => commentResource(comment, { issue, repository, urls: context.urls })),
        headers,
      )
    },
  }),
  ...repositoryRoutes({
    method: 'POST',
    suffix: '/issues/:issue_number/comments',
    docs: 'rest/issues/comments#create-an-issue-comment',
    permission: WRITE,
    handle: (context, repository) => {
      const { state, urls, now } = context
      const issue = issueOf(context, repository)
      const body = text(context.body, 'body')
      if (body.trim() === '') {
        const error = {
          resource: 'IssueComment',
          code: 'unprocessable',
          field: 'data',
          message: 'Body cannot be blank',
        }
        throw new Refusal('VALIDATION_FAILED', { errors: [error] })
      }
      const comment = state.repositories.addComment(issue, { body, author: authorOf(context), now })
      const resource = commentResource(comment, { issue, repository, urls })
      return created(resource, String(resource.url))
    },
  }),
]

function issueOf(context: RouteContext, repository: Repository): Issue {
  const issue = repository.issues[numericParam(context, 'issue_number') - 1]
  if (issue === undefined) throw new Refusal('NOT_FOUND')
  return issue
}

function authorOf({ actor }: RouteContext): Author {
  if (actor.kind !== 'installation') throw new Refusal('REQUIRES_AUTHENTICATION')
  const { app } = actor.token.installation
  return { account: app.bot, app }
}

function text(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name]
  if (value === undefined)
    throw new Refusal('INVALID_REQUEST', { values: { detail: `"${name}" wasn't supplied.` } })
  if (typeof value === 'string') return value
  const detail = `For 'properties/${name}', ${JSON.stringify(value).slice(0, 100)} is not a string.`
  throw new Refusal('INVALID_REQUEST', { values: { detail } })
}
