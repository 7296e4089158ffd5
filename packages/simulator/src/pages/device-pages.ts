import type { Reply } from '../server/reply.ts'
import type { WebContext } from '../server/web-route.ts'
import type { DeviceCode } from '../state/oauth/device-codes.ts'
import { formToken } from './form.ts'
import { html } from './html.ts'
import { page } from './page.ts'
import { userChoice } from './user-choice.ts'

const TITLE = 'Device activation'

/** Asks for the code that the device shows. */
export function devicePage({ userCode, wrong = false }: { userCode: string; wrong?: boolean }): Reply {
  const content = html`${wrong ? html`<p role="alert">This code is not valid or not valid any more.</p>` : undefined}
<form method="post" action="/login/device">
<p><label for="user_code">Enter the code displayed on your device</label>
<input id="user_code" name="user_code" value="${userCode}" autocomplete="off" maxlength="9" required></p>
<p><button>Continue</button></p>
</form>`
  return page(TITLE, content, { status: wrong ? 422 : 200 })
}

/** Asks a user whether the app on the device may act for them. */
export function confirmDevicePage(context: WebContext, device: DeviceCode): Reply {
  const { state } = context
  const { app, userCode } = device
  const content = html`<p><strong>${app.name}</strong> by <strong>${app.owner.login}</strong> wants to act on your behalf, on the device
that shows <strong>${userCode}</strong>.</p>
<form method="post" action="/login/device">
${formToken(state.oauth.forms.device, device, context)}
${userChoice(state)}
<p><button name="authorize" value="1">Authorize ${app.name}</button>
<button name="authorize" value="0">Cancel</button></p>
</form>`
  return page(`Authorize ${app.name}`, content)
}

/** Says that there is nothing left to do. */
export function donePage(message: string): Reply {
  return page(TITLE, html`<p>${message}</p>`)
}
