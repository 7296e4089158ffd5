import { decideDevice } from '../oauth/device-grant.ts'
import { endAuthorization } from '../oauth/end-authorization.ts'
import { issueTokens } from '../oauth/issue-tokens.ts'
import { AUTHORIZE } from '../schema/method-schemas.ts'
import type { Simulator } from '../simulator.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { DeviceCode } from '../state/oauth/device-codes.ts'
import { appOf } from '../state/seed.ts'
import { userOf } from './account-controls.ts'

type UserMethods = Pick<
  Simulator,
  'signIn' | 'authorize' | 'approveDevice' | 'denyDevice' | 'revokeAuthorization'
>

/** What users do in their browsers. */
export function userControls(state: GitHubState): UserMethods {
  return {
    signIn(login) {
      state.oauth.signedIn = login === undefined ? undefined : userOf(state, login)
    },
    authorize(options) {
      const { login, app: slug, expiresInMs } = AUTHORIZE.check(options, 'authorize')
      const [app, user] = [appOf(state, slug), userOf(state, login)]
      state.oauth.authorizations.add(app, user)
      const { token, refreshToken } = issueTokens(
        state,
        { app, user, scope: undefined, device: false },
        expiresInMs === undefined ? {} : { lifetimeMs: expiresInMs },
      )
      return Object.freeze({ accessToken: token.value, refreshToken, expiresAt: token.expiresAt })
    },
    approveDevice(userCode, login) {
      decideDevice(state, waiting(state, userCode), userOf(state, login))
    },
    denyDevice(userCode) {
      decideDevice(state, waiting(state, userCode), 'denied')
    },
    revokeAuthorization: (login, { app: slug } = {}) =>
      endAuthorization(state, appOf(state, slug), userOf(state, login)),
  }
}

function waiting({ oauth, clock }: GitHubState, userCode: string): DeviceCode {
  const device = oauth.devices.findWaiting(String(userCode), clock.now())
  if (device === undefined) throw new TypeError('No device waits for a decision under this code')
  return device
}
