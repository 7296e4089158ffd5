import { timingSafeEqual } from 'node:crypto'
import { Refusal } from '../errors/refusal.ts'
import type { App } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { Actor, ExpectedActor } from './actor.ts'
import type { AppJwtVerifier } from './app-jwt.ts'
import { basicToken, parseCredential } from './credential.ts'

/** What a credential is held against, and whom the endpoint expects. */
export interface AuthenticationContext {
  readonly state: GitHubState
  readonly jwts: AppJwtVerifier
  readonly expected: ExpectedActor
}

/**
 * Turns the `Authorization` header into an actor. Whatever is not known and good right now is refused, on every path.
 *
 * @throws {Refusal} with GitHub's reason.
 */
export async function authenticate(
  header: string | undefined,
  context: AuthenticationContext,
): Promise<Actor> {
  const { state, jwts, expected } = context
  const credential = parseCredential(header)
  if (credential.kind === 'jwt')
    return { kind: 'app', app: await jwts.verify(credential.value, state.clock.now()) }
  if (expected === 'app') throw new Refusal('JWT_UNDECODABLE')
  if (credential.kind === 'none') return { kind: 'anonymous' }
  if (credential.kind === 'token') return tokenActor(state, credential.value)
  const app = clientOf(state, credential)
  return app === undefined ? tokenActor(state, basicToken(credential)) : { kind: 'client', app }
}

/**
 * Whom a token acts for.
 *
 * @throws {Refusal} 401 for a token that is not good, 403 for one whose installation is suspended.
 */
export function tokenActor({ tokens, userTokens, clock }: GitHubState, value: string): Actor {
  const now = clock.now()
  const token = tokens.find(value, now)
  if (token !== undefined) {
    if (token.installation.suspended !== undefined) throw new Refusal('INSTALLATION_SUSPENDED_IN_USE')
    return { kind: 'installation', token }
  }
  const userToken = userTokens.find(value, now)
  if (userToken === undefined) throw new Refusal('BAD_CREDENTIALS')
  return { kind: 'user', token: userToken }
}

/** The app whose client id and client secret these are. */
export function clientOf(
  { apps }: GitHubState,
  { username, password }: { readonly username: string; readonly password: string },
): App | undefined {
  const app = apps.findByClientId(username)
  if (app === undefined) return undefined
  const [given, wanted] = [Buffer.from(password), Buffer.from(app.oauth.clientSecret)]
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? app : undefined
}
