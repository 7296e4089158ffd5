import { fullRepositoryResource } from '../resources/repository-resource.ts'
import { ok } from '../server/reply.ts'
import type { Route } from '../server/route.ts'
import { repositoryRoutes } from './repository-route.ts'

/** Repositories themselves. */
export const REPOSITORY_ROUTES: readonly Route[] = repositoryRoutes({
  method: 'GET',
  suffix: '',
  docs: 'rest/repos/repos#get-a-repository',
  permission: { name: 'metadata', level: 'read' },
  handle: ({ urls }, repository) => ok(fullRepositoryResource(repository, urls)),
})
