import { createGitHubAuth, pemKey } from '@hubauth/core'
import { describeGitHubAuth, rsaKey } from '@hubauth/testing'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { githubAuth, verifyGitHubWebhook } from '../src/index.ts'
import { keepErrors } from './app.ts'
import { listen } from './listen.ts'

interface Route {
  Params: Record<string, string>
}

describeGitHubAuth(
  'fastify',
  async ({ auth, receiver, options, answer }) => {
    const app = fastify()
    const acting = githubAuth<Route>(
      auth,
      options(({ params, headers }) => ({ params, header: (name) => headers[name] })),
    )
    app.get<Route>('/orgs/:org/:repo', { preHandler: acting }, async ({ github }) => answer(github))
    const verified = { preParsing: verifyGitHubWebhook(receiver), preHandler: githubAuth(auth) }
    app.post('/verified', verified, async ({ github }) => answer(github))
    app.post('/unverified', { preHandler: githubAuth(auth) }, async ({ github }) => answer(github))
    const errors = keepErrors(app)
    return { ...(await listen(app)), errors }
  },
  {
    skip: [
      {
        tests: ['answers 500 without a word of an error that authorize throws'],
        reason: 'Fastify answers with the message of every error',
      },
    ],
  },
)

describe('githubAuth', () => {
  it('has Fastify answer refusals with their code', async () => {
    const app = fastify()
    const auth = createGitHubAuth({ appId: 1, key: pemKey(rsaKey().pkcs1) })
    const refusing = githubAuth(auth, { owner: () => 'acme', authorize: () => false })
    app.get('/', { preHandler: refusing }, async () => 'passed')
    const response = await app.inject('/')
    expect([response.statusCode, response.json()]).toMatchObject([403, { code: 'CALLER_NOT_AUTHORIZED' }])
    await app.close()
  })
})
