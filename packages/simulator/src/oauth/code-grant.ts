import { randomBytes } from 'node:crypto'
import type { GitHubState } from '../state/github-state.ts'
import type { AuthorizationCode } from '../state/oauth/oauth-state.ts'
import { type IssuedTokens, issueTokens, scopeForRepository } from './issue-tokens.ts'
import { OAuthRefusal } from './oauth-errors.ts'
import { verifies } from './pkce.ts'
import { requireSecret, type TokenRequest } from './token-request.ts'

/** Lets an app act for a user, and makes the code that it gets tokens with: good once, for ten minutes. */
export function issueCode(state: GitHubState, facts: AuthorizationCode): string {
  const code = randomBytes(10).toString('hex')
  state.oauth.authorizations.add(facts.app, facts.user)
  state.oauth.codes.add(code, Object.freeze({ ...facts }), state.clock.now())
  return code
}

/**
 * Exchanges a code for tokens. A code that its app presented is used up, even when the rest of the request is wrong.
 *
 * @throws {OAuthRefusal} for what does not match the request that the code was made for.
 */
export function codeGrant(request: TokenRequest): IssuedTokens {
  requireSecret(request)
  const { state, app, now, parameter } = request
  const value = parameter('code') ?? ''
  const code = state.oauth.codes.find(value, now)
  if (code?.app !== app) throw new OAuthRefusal('BAD_VERIFICATION_CODE')
  state.oauth.codes.delete(value)
  const redirectUri = parameter('redirect_uri')
  if (redirectUri !== undefined && redirectUri !== code.redirectUri)
    throw new OAuthRefusal('TOKEN_REDIRECT_URI_MISMATCH')
  if (!isVerified(code, parameter('code_verifier'))) throw new OAuthRefusal('CODE_VERIFIER_MISMATCH')
  const { user } = code
  const scope = scopeForRepository(state, { app, user }, parameter('repository_id'))
  return issueTokens(state, { app, user, scope, device: false })
}

function isVerified({ codeChallenge }: AuthorizationCode, verifier: string | undefined): boolean {
  return codeChallenge === undefined || (verifier !== undefined && verifies(verifier, codeChallenge))
}
