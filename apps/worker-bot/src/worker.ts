import { botEnvironment, createBot } from '@hubauth/bot'
import {
  createFetchHandler,
  createGitHubAuth,
  type FetchHandler,
  type FetchHandlerContext,
  pemKey,
} from '@hubauth/core'

type Env = Parameters<typeof botEnvironment>[0]

// A Worker gets its secrets with each request, and shares tokens and seen deliveries between requests of an isolate.
const handlers = new WeakMap<Env, FetchHandler>()

function handlerOf(env: Env): FetchHandler {
  const { GITHUB_APP_ID, GITHUB_PRIVATE_KEY, GITHUB_WEBHOOK_SECRET, GITHUB_API_URL } = botEnvironment(env)
  const auth = createGitHubAuth({
    appId: GITHUB_APP_ID,
    key: pemKey(GITHUB_PRIVATE_KEY),
    baseUrl: GITHUB_API_URL,
    // What a request starts ends with it, so nothing is renewed in the background: who needs a new token waits for it.
    refreshBeforeMs: 0,
  })
  return createFetchHandler(createBot(auth, GITHUB_WEBHOOK_SECRET))
}

/** The bot as a Worker. */
export default {
  fetch(request: Request, env: Env, context: FetchHandlerContext): Promise<Response> {
    const handle = handlers.get(env) ?? handlerOf(env)
    handlers.set(env, handle)
    return handle(request, context)
  },
}
