import { describeVerifiedRoute, listen, type VerifiedRouteMount } from '@hubauth/testing'
import express5, { type RequestHandler } from 'express'
import express4 from 'express4'
import { verifyGitHubWebhook } from '../src/index.ts'
import { keepErrors, withoutPrinting } from './app.ts'

withoutPrinting()

for (const [name, express] of Object.entries({ 'express 5': express5, 'express 4': express4 })) {
  const after = (...parsers: readonly RequestHandler[]): VerifiedRouteMount => {
    return async ({ receiver, leavesRefusals, answer }) => {
      const app = express()
      for (const parser of parsers) app.use(parser)
      const verifying = verifyGitHubWebhook(receiver, { onError: leavesRefusals ? 'next' : 'respond' })
      app.all('/hooks', verifying, ({ githubWebhook }, response) => void response.json(answer(githubWebhook)))
      const errors = keepErrors(app)
      return { ...(await listen(app, '/hooks')), errors }
    }
  }

  describeVerifiedRoute(name, after(), {
    parsers: [
      { name: 'express.json()', mount: after(express.json()), cure: 'before any body parser' },
      { name: "express.raw({ type: '*/*' })", mount: after(express.raw({ type: '*/*' })) },
    ],
  })
}
