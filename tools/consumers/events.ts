import '@hubauth/events'
import { createWebhookReceiver, type DeliveryOf } from '@hubauth/core'
import type { GitHubEvents } from '@hubauth/events'

const titleOf = ({ payload }: DeliveryOf<'issues.opened'>): string => payload.issue.title
export type Push = GitHubEvents['push']
createWebhookReceiver({ secrets: 'secret' })
  .on('issues.opened', titleOf)
  .on('issues', ({ payload }) => (payload.action === 'labeled' ? payload.label?.name : payload.action))
  .on('check_run.requested_action', ({ payload }) => payload.requested_action?.identifier)
  // @ts-expect-error A typo does not compile.
  .on('push', ({ payload }) => payload.comits)
