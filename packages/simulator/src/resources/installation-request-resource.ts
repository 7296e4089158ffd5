import type { Urls } from '../server/urls.ts'
import type { InstallationRequest } from '../state/entities.ts'
import { nodeId } from '../state/ids.ts'
import { accountResource, userResource } from './account-resource.ts'
import { timestamp } from './timestamp.ts'

/** GitHub's `integration-installation-request`. */
export function installationRequestResource(
  { id, account, requester, createdAt }: InstallationRequest,
  urls: Urls,
): Readonly<Record<string, unknown>> {
  return {
    id,
    node_id: nodeId('IIR', id),
    account: accountResource(account, urls),
    requester: userResource(requester, urls),
    created_at: timestamp(createdAt),
  }
}
