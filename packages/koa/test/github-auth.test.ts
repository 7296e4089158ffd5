import { createGitHubAuth, pemKey } from '@hubauth/core'
import { describeGitHubAuth, listen, rsaKey } from '@hubauth/testing'
import Router from '@koa/router'
import koa3, { type Context, type Middleware } from 'koa'
import bodyParser from 'koa-bodyparser'
import koa2 from 'koa2'
import { describe, expect, it } from 'vitest'
import { type GitHubAuthOptions, type GitHubState, githubAuth, verifyGitHubWebhook } from '../src/index.ts'
import { keepErrors } from './app.ts'

const auth = createGitHubAuth({ appId: 1, key: pemKey(rsaKey().pkcs1) })

for (const [name, Koa] of Object.entries({ 'koa 3': koa3, 'koa 2': koa2 })) {
  describeGitHubAuth(name, async ({ auth, receiver, options, answer }) => {
    const app = new Koa<GitHubState>()
    const router = new Router<GitHubState>()
    const acting = githubAuth(
      auth,
      options((ctx: Context) => ({ params: ctx.params, header: (name) => ctx.get(name) })),
    )
    const route: Middleware<GitHubState> = (ctx) => {
      ctx.body = answer(ctx.state.github)
    }
    router.get('/orgs/:org/:repo', acting, route)
    router.post('/verified', verifyGitHubWebhook(receiver), githubAuth(auth), route)
    router.post('/unverified', bodyParser(), githubAuth(auth), route)
    app.use(router.routes())
    const errors = keepErrors(app)
    return { ...(await listen(app.callback())), errors }
  })

  describe(`githubAuth in ${name}`, () => {
    /** An application whose only route throws what is no error. */
    async function get(options: Partial<GitHubAuthOptions>, query = '') {
      const app = new Koa<GitHubState>()
      const errors = keepErrors(app)
      app.use(githubAuth(auth, { owner: () => 'acme', authorize: () => true, ...options }))
      app.use(() => Promise.reject('not an error'))
      const { url, close } = await listen(app.callback())
      const response = await fetch(url + query)
      const answer = [response.status, await response.text()]
      await close()
      return { answer, errors }
    }

    it('throws what authorize throws, and Koa answers it', async () => {
      const { answer, errors } = await get({ authorize: (ctx) => ctx.throw(402, 'no seat') })
      expect(answer).toEqual([402, 'no seat'])
      expect(errors).toMatchObject([{ message: 'no seat' }])
    })

    it('refuses an owner that a query gives twice', async () => {
      const { answer, errors } = await get({ owner: (ctx) => ctx.query.org }, '?org=acme&org=globex')
      expect(answer).toEqual([400, expect.stringContaining('no usable owner')])
      expect(errors).toMatchObject([{ code: 'INSTALLATION_MISSING' }])
    })

    it('does not take what comes after it, and throws no error, for its own', async () => {
      const { answer, errors } = await get({})
      expect(answer).toEqual([500, 'Internal Server Error'])
      expect(errors).toMatchObject([{ message: 'non-error thrown: "not an error"' }])
    })
  })
}
