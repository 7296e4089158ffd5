import type { App, InstallationToken, UserToken } from '../state/entities.ts'

/** Who sent a request. */
export type Actor =
  | { readonly kind: 'anonymous' }
  /** With a JWT. */
  | { readonly kind: 'app'; readonly app: App }
  | { readonly kind: 'installation'; readonly token: InstallationToken }
  | { readonly kind: 'user'; readonly token: UserToken }
  /** An app with its client id and client secret, as `Basic`. */
  | { readonly kind: 'client'; readonly app: App }

/** What an endpoint is called with. `anyone`: anything valid, including nothing. */
export type ExpectedActor = 'app' | 'installation' | 'user' | 'client' | 'anyone'
