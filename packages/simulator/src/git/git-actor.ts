import type { Actor } from '../auth/actor.ts'
import { tokenActor } from '../auth/authenticate.ts'
import { basicToken, parseCredential } from '../auth/credential.ts'
import { Refusal } from '../errors/refusal.ts'
import type { GitHubState } from '../state/github-state.ts'
import { gitChallenge } from './git-access.ts'

/**
 * Who sent a git request. Tokens come as the password of `Basic`, with any user name, or alone as the user name. Nothing
 * else is a credential to git over HTTP: neither `Bearer`, nor the JWT or the client secret of an app.
 *
 * @throws {Refusal} 401 for whatever is not a token that is good right now, 403 when its installation is suspended.
 */
export function gitActor(state: GitHubState, authorization: string | undefined): Actor {
  const credential = parseCredential(authorization)
  if (credential.kind === 'none') return { kind: 'anonymous' }
  if (credential.kind !== 'basic') throw gitChallenge('GIT_BAD_CREDENTIALS')
  try {
    return tokenActor(state, basicToken(credential))
  } catch (error) {
    if (error instanceof Refusal && error.code === 'INSTALLATION_SUSPENDED_IN_USE')
      throw new Refusal('GIT_SUSPENDED')
    throw gitChallenge('GIT_BAD_CREDENTIALS')
  }
}
