import { signedDelivery } from '@hubauth/testing'
import { GitHubAuthModule, type GitHubAuthRootOptions, type GitHubWebhooksOptions } from '../src/index.ts'
import { OFFLINE, SECRET, type StartedApp, type StartOptions, startApp } from './start-app.ts'

/** An application that puts deliveries into a queue. */
export function startQueueing(
  options: Partial<GitHubAuthRootOptions> & { readonly webhooks: GitHubWebhooksOptions },
  metadata: StartOptions = {},
): Promise<StartedApp> {
  const module = GitHubAuthModule.forRoot({ ...OFFLINE, webhookPath: '/hooks', ...options })
  return startApp({ imports: [module], ...metadata })
}

/** Sends a delivery. @returns The status and the body of the answer. */
export async function deliver(
  { send }: StartedApp,
  delivery: RequestInit = signedDelivery({ secret: SECRET }),
) {
  const response = await send('/hooks', delivery)
  return [response.status, await response.json()]
}

/** What is answered to a delivery that the queue took. */
export const QUEUED = [202, { status: 'queued' }]
