import { createGitHubAuth, GitHubInstallation, type InstallationToken, pemKey, Token } from '@hubauth/core'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { Controller, Get } from '@nestjs/common'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GitHubAuth, GitHubAuthModule, GitHubToken, githubAuthToken } from '../src/index.ts'
import { OFFLINE, startApp } from './start-app.ts'

@Controller('orgs/:org')
class AppsController {
  @Get('token')
  token(@GitHubToken('org') token: InstallationToken) {
    return { token, isToken: token instanceof Token, text: `${token}` }
  }

  @Get('twice')
  async twice(@GitHubAuth('org') one: GitHubInstallation, @GitHubToken('org') other: InstallationToken) {
    return { isSame: (await one.token()) === other }
  }

  @Get('repositories')
  async repositories(@GitHubAuth('org') github: GitHubInstallation) {
    return (await github.fetch('/installation/repositories')).json()
  }

  @Get('other')
  async other(@GitHubToken('org', { app: 'other' }) { app }: InstallationToken) {
    return { app }
  }

  @Get('handle')
  async handle(@GitHubAuth('org') github: GitHubInstallation) {
    await github.token()
  }
}

describe('@GitHubAuth and @GitHubToken before GitHub', () => {
  let github: Simulator

  beforeAll(async () => {
    github = await startSimulator({
      accounts: [{ login: 'acme', repositories: [{ name: 'api' }], installation: {} }, { login: 'globex' }],
    })
  })

  afterAll(() => github.close())

  async function start() {
    const { clientId, privateKey } = github.app
    const options = {
      appId: clientId,
      key: pemKey(privateKey),
      baseUrl: github.url,
      authorize: 'guards',
    } as const
    return startApp({
      imports: [
        GitHubAuthModule.forRoot(options),
        GitHubAuthModule.forRoot({ ...options, appId: github.app.id, name: 'other' }),
      ],
      controllers: [AppsController],
    })
  }

  it('mints one token for two parameters and many requests', async () => {
    const { send, close } = await start()
    const before = github.count('POST', '/app/installations/:id/access_tokens')
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => (await send('/orgs/acme/twice')).json()),
    )
    expect(answers).toEqual(Array(20).fill({ isSame: true }))
    expect(github.count('POST', '/app/installations/:id/access_tokens') - before).toBe(1)
    await close()
  })

  it('fetches as the installation', async () => {
    const { send, close } = await start()
    expect(await (await send('/orgs/acme/repositories')).json()).toMatchObject({
      repositories: [{ full_name: 'acme/api' }],
    })
    await close()
  })

  it('injects a token that does not print itself', async () => {
    const { send, close } = await start()
    const answer = await (await send('/orgs/acme/token')).text()
    expect(JSON.parse(answer)).toMatchObject({
      isToken: true,
      text: '[redacted]',
      token: { value: '[redacted]' },
    })
    expect(answer).not.toContain('ghs_')
    await close()
  })

  it('keeps apps with names apart', async () => {
    const { send, close } = await start()
    expect(await (await send('/orgs/acme/other')).json()).toEqual({ app: github.app.id })
    await close()
  })

  it.each(['token', 'handle'])('answers 404 where the app is not installed: %s', async (form) => {
    const { send, close } = await start()
    const response = await send(`/orgs/globex/${form}`)
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { message: expect.stringContaining('not installed') },
    ])
    await close()
  })

  it.each(['token', 'handle'])('says no word of why the server failed: %s', async (form) => {
    const { send, close } = await startApp({
      imports: [
        GitHubAuthModule.forRoot({
          appId: github.app.clientId,
          key: pemKey(rsaKey({ label: 'not of this app' }).pkcs1),
          baseUrl: github.url,
          authorize: 'guards',
        }),
        GitHubAuthModule.forRoot({ ...OFFLINE, name: 'other', authorize: 'guards' }),
      ],
      controllers: [AppsController],
    })
    const response = await send(`/orgs/acme/${form}`)
    expect([response.status, await response.json()]).toMatchObject([
      500,
      { message: 'Internal Server Error' },
    ])
    await close()
  })

  it('finds the app of each organization', async () => {
    const { clientId, privateKey } = github.app
    const app = { appId: clientId, key: pemKey(privateKey) }
    const { send, close } = await startApp({
      imports: [
        GitHubAuthModule.forRoot({ organizations: { acme: app }, baseUrl: github.url, authorize: 'guards' }),
        GitHubAuthModule.forRoot({ ...OFFLINE, name: 'other', authorize: 'guards' }),
      ],
      controllers: [AppsController],
    })
    expect((await send('/orgs/ACME/token')).status).toBe(200)
    const unknown = await send('/orgs/initech/token')
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 'ORGANIZATION_UNKNOWN' }])
    await close()
  })

  it('is replaced in tests by overrideProvider', async () => {
    const { clientId, privateKey } = github.app
    const { send, close } = await startApp({
      imports: [
        GitHubAuthModule.forRoot({ ...OFFLINE, authorize: 'guards' }),
        GitHubAuthModule.forRoot({ ...OFFLINE, name: 'other', authorize: 'guards' }),
      ],
      controllers: [AppsController],
      override: (builder) =>
        builder
          .overrideProvider(githubAuthToken())
          .useValue(createGitHubAuth({ appId: clientId, key: pemKey(privateKey), baseUrl: github.url })),
    })
    expect((await send('/orgs/acme/repositories')).status).toBe(200)
    await close()
  })
})
