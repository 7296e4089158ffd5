import { describeGitHubAuth, listen } from '@hubauth/testing'
import express5, { type Request } from 'express'
import express4 from 'express4'
import { githubAuth, verifyGitHubWebhook } from '../src/index.ts'
import { keepErrors, withoutPrinting } from './app.ts'

withoutPrinting()

for (const [name, express] of Object.entries({ 'express 5': express5, 'express 4': express4 })) {
  describeGitHubAuth(name, async ({ auth, receiver, options, answer }) => {
    const app = express()
    const acting = githubAuth(
      auth,
      options((request: Request) => ({ params: request.params, header: (name) => request.get(name) })),
    )
    app.get('/orgs/:org/:repo', acting)
    app.post('/verified', verifyGitHubWebhook(receiver), githubAuth(auth))
    app.post('/unverified', express.json(), githubAuth(auth))
    app.use(({ github }, response) => void response.json(answer(github)))
    const errors = keepErrors(app)
    return { ...(await listen(app)), errors }
  })
}
