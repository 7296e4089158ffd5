import { Refusal } from '../errors.ts'
import type { App, InstallationToken } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { AppJwtVerifier } from './app-jwt.ts'
import { parseCredential } from './credential.ts'

/** Who sent a request. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'app'; readonly app: App }
  | { readonly kind: 'installation'; readonly token: InstallationToken }

/** What an endpoint is called with: a JWT, an installation token, or anything valid including nothing. */
export type ExpectedActor = 'app' | 'installation' | 'anyone'

/**
 * Turns the `Authorization` header into an actor. Whatever is not known and good right now is refused, on every path.
 *
 * @throws {Refusal} with GitHub's reason.
 */
export async function authenticate(
  header: string | undefined,
  context: AuthenticationContext,
): Promise<Actor> {
  const credential = parseCredential(header)
  const now = context.state.clock.now()
  if (credential.kind === 'jwt') return { kind: 'app', app: await context.jwts.verify(credential.value, now) }
  if (context.expected === 'app') throw new Refusal('JWT_UNDECODABLE')
  if (credential.kind === 'none') return { kind: 'anonymous' }
  const token = context.state.tokens.find(credential.value, now)
  if (token === undefined) throw new Refusal('BAD_CREDENTIALS')
  if (token.installation.suspended !== undefined) throw new Refusal('INSTALLATION_SUSPENDED_IN_USE')
  return { kind: 'installation', token }
}

export interface AuthenticationContext {
  readonly state: GitHubState
  readonly jwts: AppJwtVerifier
  readonly expected: ExpectedActor
}
