import { botEnvironment, createBot } from '@hubauth/bot'
import { createFetchHandler, createGitHubAuth, type FetchHandler, pemKey } from '@hubauth/core'
import { after } from 'next/server'

let handle: FetchHandler | undefined

/** Takes the deliveries. The bot is made at the first one: `next build` loads this file too, and has no secrets. */
export function POST(request: Request): Promise<Response> {
  handle ??= handlerOf(process.env)
  return handle(request, { waitUntil: after })
}

function handlerOf(env: Parameters<typeof botEnvironment>[0]): FetchHandler {
  const { GITHUB_APP_ID, GITHUB_PRIVATE_KEY, GITHUB_WEBHOOK_SECRET, GITHUB_API_URL } = botEnvironment(env)
  const auth = createGitHubAuth({
    appId: GITHUB_APP_ID,
    key: pemKey(GITHUB_PRIVATE_KEY),
    baseUrl: GITHUB_API_URL,
  })
  return createFetchHandler(createBot(auth, GITHUB_WEBHOOK_SECRET))
}
