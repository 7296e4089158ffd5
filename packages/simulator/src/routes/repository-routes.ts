import { fullRepositoryResource } from '../resources/repository-resource.ts'
import { ok } from '../server/reply.ts'
import type { Route } from '../server/route.ts'
import { METADATA_READ } from '../state/permissions.ts'
import { repositoryRoutes } from './repository-route.ts'

/** Repositories themselves. */
export const REPOSITORY_ROUTES: readonly Route[] = repositoryRoutes({
  method: 'GET',
  suffix: '',
  docs: 'rest/repos/repos#get-a-repository',
  permission: METADATA_READ,
  handle: ({ urls }, repository) => ok(fullRepositoryResource(repository, urls)),
})
