import type { Account, App } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { DeviceCode } from '../state/oauth/device-codes.ts'
import { type IssuedTokens, issueTokens, scopeForRepository } from './issue-tokens.ts'
import { OAuthRefusal } from './oauth-errors.ts'
import type { TokenRequest } from './token-request.ts'

/** What a device sends as `grant_type`. */
export const DEVICE_GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code'

/**
 * Answers a device that asks whether its user has decided. The client secret is not needed.
 *
 * @throws {OAuthRefusal} while the user has not decided, when the device asks too often, and when it is over.
 * @see https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#device-flow
 */
export function deviceGrant({ state, app, now, parameter }: TokenRequest): IssuedTokens {
  if (!app.oauth.deviceFlow) throw new OAuthRefusal('DEVICE_FLOW_DISABLED')
  const { devices } = state.oauth
  const device = devices.find(parameter('device_code') ?? '')
  if (device?.app !== app) throw new OAuthRefusal('INCORRECT_DEVICE_CODE')
  if (now >= device.expiresAt) throw new OAuthRefusal('EXPIRED_TOKEN')
  if (devices.poll(device, now) === 'too soon')
    throw new OAuthRefusal('SLOW_DOWN', { interval: device.intervalMs / 1000 })
  const user = decidedUser(device)
  devices.remove(device)
  const scope = scopeForRepository(state, { app, user }, parameter('repository_id'))
  return issueTokens(state, { app, user, scope, device: true })
}

/** Hands out the codes of a device. */
export function issueDeviceCode(state: GitHubState, app: App): DeviceCode {
  if (!app.oauth.deviceFlow) throw new OAuthRefusal('DEVICE_CODE_REFUSED')
  return state.oauth.devices.add(app, state.clock.now())
}

/** A user lets the device act, or not. */
export function decideDevice(state: GitHubState, device: DeviceCode, decision: Account | 'denied'): void {
  device.decision = decision
  if (decision !== 'denied') state.oauth.authorizations.add(device.app, decision)
}

function decidedUser({ decision }: DeviceCode): Account {
  if (decision === undefined) throw new OAuthRefusal('AUTHORIZATION_PENDING')
  if (decision === 'denied') throw new OAuthRefusal('DEVICE_ACCESS_DENIED')
  return decision
}
