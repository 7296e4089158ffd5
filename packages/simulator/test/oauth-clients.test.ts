import { OAuthApp } from '@octokit/oauth-app'
import * as oauth from 'oauth4webapi'
import { Octokit } from 'octokit'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { startOAuthGitHub } from './support/oauth.ts'
import { call } from './support/test-github.ts'
import { open, press } from './support/web-pages.ts'

const CALLBACK = 'https://app.example.com/callback'

/** What a browser does with an authorization URL: octocat allows the app. Where it goes then. */
async function allow(github: Simulator, url: string): Promise<URL> {
  const { pathname, search, origin } = new URL(url)
  expect(origin).toBe(github.url)
  const { location } = await press(github, await open(github, pathname + search), {
    authorize: '1',
    login: 'octocat',
  })
  if (location === undefined) throw new Error('not sent on')
  return location
}

async function loginOf(github: Simulator, auth: string): Promise<unknown> {
  const { status, json } = await call(github, 'GET /user', { auth })
  return status === 200 ? json.login : status
}

describe('@octokit/oauth-app', () => {
  function appFor(github: Simulator, mount = '') {
    const { clientId, clientSecret } = github.app
    return new OAuthApp({
      clientType: 'github-app',
      clientId,
      clientSecret,
      Octokit: Octokit.defaults({ baseUrl: github.url + mount, throttle: { enabled: false } }),
    })
  }

  test.for(['', '/api/v3'])(
    'signs a user in, and does everything with the token, below "%s"',
    async (mount) => {
      const github = await startOAuthGitHub()
      const app = appFor(github, mount)
      const { url } = app.getWebFlowAuthorizationUrl({ state: 's', redirectUrl: CALLBACK })
      const { searchParams } = await allow(github, url)
      const code = searchParams.get('code') ?? ''
      const { authentication } = await app.createToken({ code, redirectUrl: CALLBACK })
      expect(await loginOf(github, authentication.token)).toBe('octocat')
      expect((await app.checkToken({ token: authentication.token })).data.user?.login).toBe('octocat')

      const scoped = await app.octokit.request('POST /applications/{client_id}/token/scoped', {
        client_id: github.app.clientId,
        access_token: authentication.token,
        target: 'acme',
        repositories: ['api'],
      })
      expect(scoped.data.installation?.repository_selection).toBe('selected')
      const reset = await app.resetToken({ token: authentication.token })
      expect(await loginOf(github, authentication.token)).toBe(401)
      const refreshed = await app.refreshToken({
        refreshToken: 'refreshToken' in authentication ? authentication.refreshToken : '',
      })
      expect(await loginOf(github, reset.data.token)).toBe(401)
      expect(await loginOf(github, refreshed.authentication.token)).toBe('octocat')
      await app.deleteAuthorization({ token: refreshed.authentication.token })
      expect(await loginOf(github, refreshed.authentication.token)).toBe(401)
    },
  )

  test('says what was wrong with a code', async () => {
    const github = await startOAuthGitHub()
    await expect(appFor(github).createToken({ code: 'nope' })).rejects.toThrow(
      /The code passed is incorrect or expired\. \(bad_verification_code, https:\/\/docs\.github\.com\//,
    )
  })

  test('lets a device in that its user allowed before it asked, without waiting', async () => {
    const github = await startOAuthGitHub()
    const { authentication } = await appFor(github).createToken({
      onVerification: ({ user_code }) => github.approveDevice(user_code, 'octocat'),
    })
    expect(await loginOf(github, authentication.token)).toBe('octocat')
  })

  test('learns that a user refused a device', async () => {
    const github = await startOAuthGitHub()
    const refused = appFor(github).createToken({
      onVerification: ({ user_code }) => github.denyDevice(user_code),
    })
    await expect(refused).rejects.toThrow(/access_denied/)
  })
})

describe('oauth4webapi', () => {
  const INSECURE = { [oauth.allowInsecureRequests]: true }

  function serverOf({ url }: Simulator): oauth.AuthorizationServer {
    return {
      issuer: url,
      authorization_endpoint: `${url}/login/oauth/authorize`,
      token_endpoint: `${url}/login/oauth/access_token`,
      device_authorization_endpoint: `${url}/login/device/code`,
    }
  }

  test.for([
    ['in the body', oauth.ClientSecretPost],
    ['as Basic', oauth.ClientSecretBasic],
  ] as const)('signs a user in with PKCE and refreshes, its secret %s', async ([, withSecret]) => {
    const github = await startOAuthGitHub()
    const [server, client] = [serverOf(github), { client_id: github.app.clientId }]
    const authentication = withSecret(github.app.clientSecret)
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()]
    const query = new URLSearchParams({
      ...client,
      redirect_uri: CALLBACK,
      state,
      response_type: 'code',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const location = await allow(github, `${server.authorization_endpoint}?${query}`)
    const parameters = oauth.validateAuthResponse(server, client, location, state)
    const exchange = (codeVerifier: string): Promise<Response> =>
      oauth.authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        parameters,
        CALLBACK,
        codeVerifier,
        INSECURE,
      )
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, await exchange(verifier))
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 28_800 })
    expect(await loginOf(github, tokens.access_token)).toBe('octocat')
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      authentication,
      tokens.refresh_token ?? '',
      INSECURE,
    )
    const refreshed = await oauth.processRefreshTokenResponse(server, client, response)
    expect(await loginOf(github, refreshed.access_token)).toBe('octocat')
    const replayed = await exchange(verifier)
    await expect(oauth.processAuthorizationCodeResponse(server, client, replayed)).rejects.toThrow()
  })

  test('lets a device in, which has no secret', async () => {
    const github = await startOAuthGitHub()
    const [server, client] = [serverOf(github), { client_id: github.app.clientId }]
    const device = await oauth.processDeviceAuthorizationResponse(
      server,
      client,
      await oauth.deviceAuthorizationRequest(server, client, oauth.None(), new URLSearchParams(), INSECURE),
    )
    github.approveDevice(device.user_code, 'octocat')
    const response = await oauth.deviceCodeGrantRequest(
      server,
      client,
      oauth.None(),
      device.device_code,
      INSECURE,
    )
    const tokens = await oauth.processDeviceCodeResponse(server, client, response)
    expect(await loginOf(github, tokens.access_token)).toBe('octocat')
  })
})
