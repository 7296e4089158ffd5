import { createGitHubAuth } from '@hubauth/core'
import { envKey } from '@hubauth/node'
import { createApp } from './app.ts'

const { GITHUB_APP_ID = '', GITHUB_WEBHOOK_SECRET = '', GITHUB_API_URL, PORT = '3000' } = process.env

const auth = createGitHubAuth({
  appId: GITHUB_APP_ID,
  key: envKey('GITHUB_PRIVATE_KEY'),
  ...(GITHUB_API_URL !== undefined && { baseUrl: GITHUB_API_URL }),
})

createApp(auth, GITHUB_WEBHOOK_SECRET).listen(Number(PORT), () => {
  console.log(`Webhooks at http://localhost:${PORT}/github/webhooks`)
})
