import { getRequestListener } from '@hono/node-server'
import { createGitHubAuth, pemKey } from '@hubauth/core'
import { describeGitHubAuth, listen, rsaKey } from '@hubauth/testing'
import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type GitHubAuthOptions,
  type GitHubVariables,
  githubAuth,
  verifyGitHubWebhook,
} from '../src/index.ts'
import { keepErrors } from './app.ts'

// What Hono hides from callers, it prints.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
afterEach(() => void vi.restoreAllMocks())

describeGitHubAuth('hono', async ({ auth, receiver, options, answer }) => {
  const app = new Hono<{ Variables: GitHubVariables }>()
  const errors = keepErrors(app)
  const acting = githubAuth(
    auth,
    options((c: Context) => ({ params: c.req.param(), header: (name) => c.req.header(name) })),
  )
  app.get('/orgs/:org/:repo', acting, (c) => c.json(answer(c.var.github)))
  app.post('/verified', verifyGitHubWebhook(receiver), githubAuth(auth), (c) => c.json(answer(c.var.github)))
  app.post('/unverified', githubAuth(auth), (c) => c.json(answer(c.var.github)))
  return { ...(await listen(getRequestListener(app.fetch))), errors }
})

describe('githubAuth', () => {
  const auth = createGitHubAuth({ appId: 1, key: pemKey(rsaKey().pkcs1) })

  function appWith(authorize: GitHubAuthOptions['authorize']) {
    return new Hono().get('/', githubAuth(auth, { owner: () => 'acme', authorize }), (c) => c.text('passed'))
  }

  it('hands on what authorize throws, and Hono answers it', async () => {
    const unauthenticated = new HTTPException(401, { message: 'Log in first.' })
    const response = await appWith(() => Promise.reject(unauthenticated)).request('/')
    expect([response.status, await response.text()]).toEqual([401, 'Log in first.'])
  })

  it('shows callers nothing of what broke, and leaves it to Hono to print', async () => {
    const response = await appWith(() => Promise.reject(new Error('no database'))).request('/')
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    expect(console.error).toHaveBeenCalledWith(expect.objectContaining({ message: 'no database' }))
  })

  it('answers refusals with their code', async () => {
    const response = await appWith(() => false).request('/')
    expect([response.status, await response.json()]).toMatchObject([
      403,
      { error: { code: 'CALLER_NOT_AUTHORIZED' } },
    ])
  })

  it("throws refusals as Hono's own exception, with what it is about as their cause", async () => {
    const app = appWith(() => false)
    const errors: unknown[] = []
    app.onError((error, c) => {
      errors.push(error)
      return c.text('refused', 418)
    })
    expect((await app.request('/')).status).toBe(418)
    expect(errors).toMatchObject([{ status: 403, cause: { code: 'CALLER_NOT_AUTHORIZED' } }])
    expect(errors[0]).toBeInstanceOf(HTTPException)
  })
})
