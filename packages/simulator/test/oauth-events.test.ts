import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { startOAuthGitHub } from './support/oauth.ts'
import { call } from './support/test-github.ts'
import { post, press } from './support/web-pages.ts'
import { startReceiver } from './support/webhook-receiver.ts'

describe('The app hears', () => {
  test.for<[string, (github: Simulator, token: string) => unknown]>([
    ['takes the authorization back', (github) => github.revokeAuthorization('octocat')],
    [
      'loses it to the app itself',
      (github, token) => {
        const { app } = github
        const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')
        return call(github, `DELETE /applications/${app.clientId}/grant`, {
          headers: { authorization: `Basic ${basic}` },
          body: { access_token: token },
        })
      },
    ],
  ])('that a user %s', async ([, end]) => {
    const receiver = await startReceiver()
    const github = await startOAuthGitHub({ app: { webhookUrl: receiver.url } })
    const { accessToken } = github.authorize({ login: 'octocat' })
    await end(github, accessToken)
    await receiver.until(1)
    const [delivery] = receiver.received
    expect(delivery?.headers['x-github-event']).toBe('github_app_authorization')
    expect(JSON.parse(delivery?.body ?? '')).toMatchObject({
      action: 'revoked',
      sender: { login: 'octocat' },
    })
  })

  test('a ping when it is registered from a manifest with a webhook', async () => {
    const receiver = await startReceiver()
    const github = await startOAuthGitHub()
    const manifest = {
      url: 'https://app.example.com',
      redirect_url: 'https://app.example.com/registered',
      hook_attributes: { url: receiver.url },
    }
    const page = await post(github, '/settings/apps/new', { manifest: JSON.stringify(manifest) })
    await press(github, page, { name: 'Pinged', login: 'octocat' })
    await receiver.until(1)
    expect(receiver.received[0]?.headers['x-github-event']).toBe('ping')
  })
})
