// With project references, TypeScript 7 finds a package that it imports, not one that it only adds to.
import type {} from '@hubauth/core'
import type { GitHubEvents } from './github-events.ts'

export type { GitHubEvents } from './github-events.ts'

declare module '@hubauth/core' {
  interface WebhookEvents extends GitHubEvents {}
}
