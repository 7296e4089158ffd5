import { decideDevice, issueDeviceCode } from '../oauth/device-grant.ts'
import { OAuthRefusal } from '../oauth/oauth-errors.ts'
import { oauthReply } from '../oauth/oauth-reply.ts'
import { confirmDevicePage, devicePage, donePage } from '../pages/device-pages.ts'
import { cameBack, staleFormPage, takeForm } from '../pages/form.ts'
import { chosenUser } from '../pages/user-choice.ts'
import type { Reply } from '../server/reply.ts'
import type { WebContext, WebRoute } from '../server/web-route.ts'
import { DEVICE_CODE_LIFETIME_MS } from '../state/oauth/device-codes.ts'

/**
 * The device flow: codes for the device, and the page on which its user enters one.
 *
 * @see https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#device-flow
 */
export const DEVICE_ROUTES: readonly WebRoute[] = [
  {
    kind: 'page',
    method: 'POST',
    path: '/login/device/code',
    handle: (context) => oauthReply(context.header('accept'), () => deviceAnswer(context)),
  },
  {
    kind: 'page',
    method: 'GET',
    path: '/login/device',
    handle: ({ query }) => devicePage({ userCode: query.get('user_code') ?? '' }),
  },
  { kind: 'page', method: 'POST', path: '/login/device', handle: (context) => takeCode(context) },
]

function deviceAnswer({ state, form, query, urls }: WebContext): Readonly<Record<string, string | number>> {
  const app = state.apps.findByClientId(form.get('client_id') ?? query.get('client_id') ?? '')
  if (app === undefined) throw new OAuthRefusal('INCORRECT_CLIENT_CREDENTIALS')
  const { deviceCode, userCode, intervalMs } = issueDeviceCode(state, app)
  return {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: `${urls.web}/login/device`,
    expires_in: DEVICE_CODE_LIFETIME_MS / 1000,
    interval: intervalMs / 1000,
  }
}

function takeCode(context: WebContext): Reply {
  const { state, form, now } = context
  if (cameBack(context)) return takeDecision(context)
  const userCode = form.get('user_code') ?? ''
  const device = state.oauth.devices.findWaiting(userCode, now)
  return device === undefined ? devicePage({ userCode, wrong: true }) : confirmDevicePage(context, device)
}

function takeDecision(context: WebContext): Reply {
  const { state, form, now } = context
  const device = takeForm(state.oauth.forms.device, context)
  if (device === undefined || state.oauth.devices.findWaiting(device.userCode, now) !== device)
    return staleFormPage()
  if (form.get('authorize') !== '1') {
    decideDevice(state, device, 'denied')
    return donePage('The device was refused.')
  }
  const user = chosenUser(context)
  if (user === undefined) return staleFormPage()
  decideDevice(state, device, user)
  return donePage('Congratulations, you’re all set! Your device is now connected.')
}
