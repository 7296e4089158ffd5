import { GitHubInstallation } from '@hubauth/core'
import {
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Module,
  Post,
  Scope,
  ValidationPipe,
} from '@nestjs/common'
import { describe, expect, it } from 'vitest'
import {
  type AuthorizeGitHub,
  GitHubAuth,
  GitHubAuthModule,
  type GitHubAuthNestOptions,
  githubAuthToken,
} from '../src/index.ts'
import { adapters, OFFLINE, type StartOptions, startApp, watchedAuth } from './start-app.ts'

const byHeader = async (context: ExecutionContext) => context.switchToHttp().getRequest().headers['x-org']

@Controller('orgs/:org')
class OrgsController {
  @Get('string')
  string(@GitHubAuth('org') github: GitHubInstallation) {
    return { hasHandle: github instanceof GitHubInstallation }
  }

  @Get('header')
  header(@GitHubAuth({ header: 'X-Org' }) github: GitHubInstallation) {
    return { hasHandle: github instanceof GitHubInstallation }
  }

  @Get('function')
  function(@GitHubAuth(byHeader) github: GitHubInstallation) {
    return { hasHandle: github instanceof GitHubInstallation }
  }

  @Post('body')
  body(@GitHubAuth((context) => context.switchToHttp().getRequest().body.org) github: GitHubInstallation) {
    return { hasHandle: github instanceof GitHubInstallation }
  }

  @Get('id')
  id(@GitHubAuth({ installationId: () => 7 }) github: GitHubInstallation) {
    return { hasHandle: github instanceof GitHubInstallation }
  }

  @Get('repos/:repo')
  limited(
    @GitHubAuth('org', {
      repositories: (context) => [context.switchToHttp().getRequest().params.repo],
      permissions: { issues: 'write' },
    })
    github: GitHubInstallation,
  ) {
    return { hasHandle: github instanceof GitHubInstallation }
  }

  @Get('static')
  static(@GitHubAuth('org', { repositories: ['api'] }) github: GitHubInstallation) {
    return { hasHandle: github instanceof GitHubInstallation }
  }

  @Get('leak')
  leak(@GitHubAuth('org') github: GitHubInstallation) {
    return { github }
  }
}

const FORMS = ['string', 'header', 'function', 'id', 'repos/api', 'static', 'leak']

@Controller({ path: 'scoped/:org', scope: Scope.REQUEST })
class ScopedController {
  @Get()
  get(@GitHubAuth('org') github: GitHubInstallation) {
    return { hasHandle: github instanceof GitHubInstallation }
  }
}

@Module({ controllers: [ScopedController] })
class FeatureModule {}

describe.each(adapters)('@GitHubAuth on %s', (_, adapter) => {
  async function start(authorize: GitHubAuthNestOptions['authorize'], options: StartOptions = {}) {
    const { auth, targets } = watchedAuth()
    const started = await startApp({
      adapter: adapter(),
      imports: [GitHubAuthModule.forRoot({ ...OFFLINE, authorize }), FeatureModule],
      controllers: [OrgsController],
      override: (builder) => builder.overrideProvider(githubAuthToken()).useValue(auth),
      ...options,
    })
    return { ...started, targets }
  }

  it.each([
    ['string', { owner: 'acme' }],
    ['header', { owner: 'globex' }],
    ['function', { owner: 'globex' }],
    ['id', { installationId: 7 }],
    ['repos/api', { owner: 'acme', repositories: ['api'], permissions: { issues: 'write' } }],
    ['static', { owner: 'acme', repositories: ['api'] }],
  ])('injects an installation by %s, and shows authorize all of it', async (form, target) => {
    const seen: unknown[] = []
    const { send, targets, close } = await start((context, target) => {
      seen.push(context.getClass().name, target)
      return true
    })
    const response = await send(`/orgs/acme/${form}`, { headers: { 'x-org': 'globex' } })
    expect(await response.json()).toEqual({ hasHandle: true })
    expect([seen, targets]).toEqual([['OrgsController', target], [target]])
    await close()
  })

  it('injects into request-scoped controllers, and in modules that import nothing', async () => {
    const { send, targets, close } = await start(async () => true)
    expect(await (await send('/scoped/acme')).json()).toEqual({ hasHandle: true })
    expect(targets).toEqual([{ owner: 'acme' }])
    await close()
  })

  it.each<[string, AuthorizeGitHub]>([
    ['false', () => false],
    ['a promise of false', async () => false],
    ['nothing', () => undefined as never],
    ['something that is only truthy', () => 'yes' as never],
  ])('answers 403 when authorize says %s', async (_, authorize) => {
    const { send, targets, close } = await start(authorize)
    for (const form of FORMS) {
      const response = await send(`/orgs/acme/${form}`, { headers: { 'x-org': 'globex' } })
      expect([response.status, await response.json()]).toEqual([
        403,
        { statusCode: 403, code: 'CALLER_NOT_AUTHORIZED', message: expect.stringContaining('may not act') },
      ])
    }
    expect(targets).toEqual([])
    await close()
  })

  it('hands on what authorize throws', async () => {
    const { send, close } = await start(() => {
      throw new ForbiddenException('members only')
    })
    const response = await send('/orgs/acme/string')
    expect([response.status, await response.json()]).toMatchObject([403, { message: 'members only' }])
    await close()
  })

  it.each([undefined, null, 0])('is not passed when authorize throws %j', async (reason) => {
    const { send, targets, close } = await start(() => {
      throw reason
    })
    expect((await send('/orgs/acme/string')).status).toBe(403)
    expect(targets).toEqual([])
    await close()
  })

  it('asks nobody when the guards of the routes decide', async () => {
    const { send, targets, close } = await start('guards')
    expect((await send('/orgs/acme/string')).status).toBe(200)
    expect(targets).toEqual([{ owner: 'acme' }])
    await close()
  })

  it.each([
    ['/orgs/..%2f..%2fapp/string'],
    ['/orgs/acme%2fapi/string'],
    ['/orgs/%20/string'],
    ['/orgs/acme/header'],
    ['/orgs/acme/function'],
    ['/orgs/acme/repos/..%2fsecret'],
  ])('answers 400 to a request that names no account: %s', async (path) => {
    let isAsked = false
    const { send, targets, close } = await start(() => {
      isAsked = true
      return true
    })
    const response = await send(path)
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'INSTALLATION_MISSING' }])
    expect([isAsked, targets]).toEqual([false, []])
    await close()
  })

  it.each([7, '7/../8', ['acme'], { owner: 'acme' }, true, '', 'ａcme', null])(
    'takes no other value of a body for a login, least of all for an id: %j',
    async (org) => {
      const { send, targets, close } = await start('guards')
      const response = await send('/orgs/acme/body', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ org }),
      })
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'INSTALLATION_MISSING' }])
      expect(targets).toEqual([])
      await close()
    },
  )

  it.each([
    { transform: true, validateCustomDecorators: true },
    { whitelist: true, forbidNonWhitelisted: true, transform: true },
    { whitelist: true, validateCustomDecorators: true, transform: true },
  ])('lives with a global ValidationPipe of %j', async (options) => {
    const { send, close } = await start('guards', {
      prepare: (app) => app.useGlobalPipes(new ValidationPipe(options)),
    })
    expect(await (await send('/orgs/acme/string')).json()).toEqual({ hasHandle: true })
    await close()
  })

  it('is refused by a ValidationPipe that forbids unknown values, in decorators too', async () => {
    const pipe = new ValidationPipe({ validateCustomDecorators: true, forbidUnknownValues: true })
    const { send, targets, close } = await start('guards', { prepare: (app) => app.useGlobalPipes(pipe) })
    expect((await send('/orgs/acme/string')).status).toBe(400)
    expect(targets).toEqual([])
    await close()
  })

  it('refuses what a global pipe made of its value', async () => {
    const { send, targets, close } = await start('guards', {
      prepare: (app) => app.useGlobalPipes({ transform: () => 'acme' }),
    })
    expect((await send('/orgs/acme/string')).status).toBe(500)
    expect(targets).toEqual([])
    await close()
  })

  it('leaks nothing from a handle that a controller returns', async () => {
    const { send, close } = await start('guards')
    expect(await (await send('/orgs/acme/leak')).json()).toEqual({ github: {} })
    await close()
  })
})
