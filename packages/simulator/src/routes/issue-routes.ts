import { authorOf } from '../auth/author.ts'
import { addComment, editIssue, openIssue, setIssueState } from '../changes/issue-changes.ts'
import { Refusal } from '../errors/refusal.ts'
import { commentResource, issueResource, issueUrl } from '../resources/issue-resource.ts'
import { paginate } from '../server/pagination.ts'
import { created, ok } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import type { Issue, Repository } from '../state/entities.ts'
import { MAX_BODY_LENGTH, MAX_TITLE_LENGTH } from '../state/text-limits.ts'
import { invalidProperty, invalidRequest, quoted } from './invalid-request.ts'
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
      const { items, headers } = paginate(issuesIn(repository, context.query.get('state')), context)
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
      const { state, urls, body } = context
      const author = authorOf(context.actor)
      const issue = openIssue(
        state,
        { repository, author },
        { title: titleIn(body), body: descriptionIn(body) ?? null },
      )
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
    method: 'PATCH',
    suffix: '/issues/:issue_number',
    docs: 'rest/issues/issues#update-an-issue',
    permission: WRITE,
    handle: (context, repository) => {
      const { state, urls, body } = context
      const target = { repository, issue: issueOf(context, repository), author: authorOf(context.actor) }
      const title = body.title === undefined ? undefined : titleIn(body)
      const description = descriptionIn(body)
      const wanted = stateIn(body)
      editIssue(state, target, {
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { body: description }),
      })
      if (wanted !== undefined) setIssueState(state, target, wanted)
      return ok(issueResource(target.issue, { repository, urls }))
    },
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
      const { state, urls } = context
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
      requireLength(body, { resource: 'IssueComment', field: 'body', maximum: MAX_BODY_LENGTH })
      const comment = addComment(state, { repository, issue, author: authorOf(context.actor) }, body)
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

function issuesIn({ issues }: Repository, state: string | null): Issue[] {
  const newestFirst = issues.toReversed()
  if (state === 'all') return newestFirst
  return newestFirst.filter(({ closed }) => (closed !== undefined) === (state === 'closed'))
}

function titleIn(body: Readonly<Record<string, unknown>>): string {
  const title = text(body, 'title')
  requireLength(title, { resource: 'Issue', field: 'title', maximum: MAX_TITLE_LENGTH })
  if (title.trim() !== '') return title
  const error = { resource: 'Issue', code: 'missing_field', field: 'title' }
  throw new Refusal('VALIDATION_FAILED', { errors: [error] })
}

function descriptionIn(body: Readonly<Record<string, unknown>>): string | null | undefined {
  if (body.body === undefined || body.body === null) return body.body
  const description = text(body, 'body')
  requireLength(description, { resource: 'Issue', field: 'body', maximum: MAX_BODY_LENGTH })
  return description
}

// Limits and words are from memory; that such errors come with the code `custom` is documented.
function requireLength(
  value: string,
  { maximum, ...place }: { readonly resource: string; readonly field: string; readonly maximum: number },
): void {
  if (value.length <= maximum) return
  const message = `${place.field} is too long (maximum is ${maximum} characters)`
  throw new Refusal('VALIDATION_FAILED', { errors: [{ ...place, code: 'custom', message }] })
}

function stateIn({ state }: Readonly<Record<string, unknown>>): 'open' | 'closed' | undefined {
  if (state === undefined || state === 'open' || state === 'closed') return state
  throw invalidProperty('state', `${quoted(state)} is not a member of ["open", "closed"]`)
}

function text(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name]
  if (value === undefined) throw invalidRequest(`"${name}" wasn't supplied.`)
  if (typeof value === 'string') return value
  throw invalidProperty(name, `${quoted(value)} is not a string`)
}
