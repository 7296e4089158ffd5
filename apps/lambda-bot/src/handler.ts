import { botEnvironment, createBot } from '@hubauth/bot'
import { createGitHubAuth, pemKey } from '@hubauth/core'
import { lambdaWebhooks } from '@hubauth/node'

const { GITHUB_APP_ID, GITHUB_PRIVATE_KEY, GITHUB_WEBHOOK_SECRET, GITHUB_API_URL } = botEnvironment(
  process.env,
)
const auth = createGitHubAuth({
  appId: GITHUB_APP_ID,
  key: pemKey(GITHUB_PRIVATE_KEY),
  baseUrl: GITHUB_API_URL,
  // An instance is frozen between invocations, and would be in the middle of a renewal in the background.
  refreshBeforeMs: 0,
})

/** The function; made once for an instance, so that its invocations share the installation tokens. */
export const handler = lambdaWebhooks(createBot(auth, GITHUB_WEBHOOK_SECRET))
