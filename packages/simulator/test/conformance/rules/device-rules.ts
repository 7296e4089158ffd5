import { demand } from '../demands.ts'
import type { Answer } from '../http-exchange.ts'
import type { GitHubRule } from '../rule.ts'
import type { RuleContext } from '../rule-context.ts'

const CODE = 'POST /login/device/code'
const TOKEN = 'POST /login/oauth/access_token'
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code'

function post(
  github: RuleContext,
  endpoint: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Answer> {
  const form = new URLSearchParams({ client_id: github.github.app.clientId, ...parameters })
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
  return github.send(endpoint, { headers, body: form.toString() })
}

/** What a device is shown. @throws {RuleBroken} when it gets no codes. */
async function codes(github: RuleContext): Promise<Record<string, unknown>> {
  const { status, json } = await post(github, CODE, {})
  demand(status === 200, `${CODE}: expected 200, got ${status}`)
  return json
}

async function demandError(github: RuleContext, deviceCode: unknown, error: string): Promise<Answer> {
  const parameters = { device_code: String(deviceCode), grant_type: GRANT_TYPE }
  const answer = await post(github, TOKEN, parameters)
  const { status, json } = answer
  demand(
    status === 200 && json?.error === error,
    `${TOKEN}: expected 200 ${error}, got ${status} ${json?.error}`,
  )
  return answer
}

/** What a device hears as long as its user decides nothing. */
export const DEVICE_RULES: readonly GitHubRule[] = [
  {
    group: 'device flow',
    name: 'A device gets a code of 40 characters, and one that its user can type',
    check: async (github) => {
      const { device_code: device, user_code: user, expires_in: lifetime, interval } = await codes(github)
      demand(/^[\da-f]{40}$/.test(String(device)), `${CODE}: got a device code of ${String(device).length}`)
      demand(/^[A-Z\d]{4}-[A-Z\d]{4}$/.test(String(user)), `${CODE}: got the user code ${user}`)
      demand(lifetime === 900 && interval === 5, `${CODE}: got ${lifetime} and ${interval} seconds`)
    },
  },
  {
    group: 'device flow',
    name: 'A device waits for its user, and longer when it asks too often',
    needs: 'advance',
    check: async (github) => {
      const { device_code: device } = await codes(github)
      await demandError(github, device, 'authorization_pending')
      const { json } = await demandError(github, device, 'slow_down')
      demand(json.interval === 10, `${TOKEN}: expected an interval of 10, got ${json.interval}`)
      github.github.advance?.(11_000)
      await demandError(github, device, 'authorization_pending')
    },
  },
  {
    group: 'device flow',
    name: 'A device that waited for 15 minutes, and one that nobody knows, are told so',
    needs: 'advance',
    check: async (github) => {
      const { device_code: device } = await codes(github)
      await demandError(github, '0'.repeat(40), 'incorrect_device_code')
      github.github.advance?.(900_000)
      await demandError(github, device, 'expired_token')
    },
  },
]
