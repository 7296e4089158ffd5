import { Refusal } from '../errors/refusal.ts'
import { endUserToken } from '../oauth/end-authorization.ts'
import type { Route } from '../server/route.ts'
import type { GitHubState } from '../state/github-state.ts'
import { invalidProperty, invalidRequest } from './invalid-request.ts'
import { publicRoute } from './route-kinds.ts'

/** GitHub's own limit for one request. */
const MAX_CREDENTIALS = 1_000

/** Revoking credentials that somebody found: personal access tokens, user access tokens and refresh tokens. */
export const CREDENTIAL_ROUTES: readonly Route[] = [
  publicRoute({
    method: 'POST',
    path: '/credentials/revoke',
    docs: 'rest/credentials/revoke#revoke-a-list-of-credentials',
    handle: ({ state, actor, body }) => {
      if (actor.kind !== 'anonymous') throw new Refusal('UNAUTHENTICATED_ONLY')
      // Whoever asks does not learn which of them were good.
      for (const credential of credentialsIn(body.credentials)) revoke(state, credential)
      return { status: 202, body: {} }
    },
  }),
]

function revoke(state: GitHubState, credential: string): void {
  const token = state.userTokens.find(credential, state.clock.now())
  if (token !== undefined) endUserToken(state, token)
  state.oauth.refreshTokens.revoke(credential)
}

// Mistakes are told without the values: they are secrets.
function credentialsIn(value: unknown): readonly string[] {
  if (value === undefined) throw invalidRequest('"credentials" wasn\'t supplied.')
  if (!Array.isArray(value)) throw invalidProperty('credentials', 'the value is not an array')
  if (value.length < 1) throw invalidProperty('credentials', 'fewer than 1 item was supplied')
  if (value.length > MAX_CREDENTIALS)
    throw invalidProperty('credentials', `more than ${MAX_CREDENTIALS} items were supplied`)
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw invalidProperty('credentials', 'an item is not a string')
    return item
  })
}
