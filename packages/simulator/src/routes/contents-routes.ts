import { Refusal } from '../errors/refusal.ts'
import { directoryResource, fileResource } from '../resources/content-resource.ts'
import { ok, type Reply } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import type { Repository } from '../state/entities.ts'
import { DEFAULT_BRANCH } from '../state/repositories.ts'
import { repositoryRoutes } from './repository-route.ts'

/** How a client asks for a file as it is: `raw`, with or without a version and `+json`. */
const RAW = /\bapplication\/vnd\.github\.(?:v3\.)?raw(?:\+json)?\b/

/** The files of a repository. */
export const CONTENTS_ROUTES: readonly Route[] = ['/contents', '/contents/*path'].flatMap((suffix) =>
  repositoryRoutes({
    method: 'GET',
    suffix,
    docs: 'rest/repos/contents#get-repository-content',
    permission: { name: 'contents', level: 'read' },
    handle: contents,
  }),
)

async function contents(context: RouteContext, repository: Repository): Promise<Reply> {
  const { urls, param, query, header } = context
  const ref = query.get('ref') ?? DEFAULT_BRANCH
  const path = param('path').split('/').filter(Boolean).join('/')
  const found = await context.contents.read(repository, { path, ref })
  if (found === 'no such path') throw new Refusal('NOT_FOUND')
  if (found === 'no such ref') {
    if (ref === DEFAULT_BRANCH) throw new Refusal('REPOSITORY_EMPTY')
    throw new Refusal('REF_NOT_FOUND', { values: { ref: ref.slice(0, 200) } })
  }
  const place = { repository, ref, urls }
  if (found.type === 'dir') return ok(directoryResource(found, place))
  const [mediaType] = RAW.exec(header('accept') ?? '') ?? []
  if (mediaType === undefined || found.content === undefined) return ok(fileResource(found, place))
  return ok(found.content, { 'content-type': `${mediaType}; charset=utf-8` })
}
