import { type GitHubInstallation, HubauthError } from '@hubauth/core'
import { Controller, Get, Logger, UseFilters } from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { describe, expect, it, vi } from 'vitest'
import { GitHubAuth, GitHubAuthModule, GitHubExceptionFilter } from '../src/index.ts'
import { adapters, OFFLINE, startApp } from './start-app.ts'

const notFound = async () => Response.json({ message: 'Not Found' }, { status: 404 })

class Routes {
  @Get('fetch')
  fetch(@GitHubAuth(() => 'acme') github: GitHubInstallation) {
    return github.fetch('/installation/repositories')
  }

  @Get('broken')
  broken() {
    throw new HubauthError('WEBHOOK_UNVERIFIED', 'what went wrong')
  }

  @Get('other')
  other() {
    throw new Error('what went wrong')
  }
}

@Controller()
@UseFilters(GitHubExceptionFilter)
class FilteredController extends Routes {}

@Controller()
class PlainController extends Routes {}

describe.each(adapters)('GitHubExceptionFilter on %s', (_, adapter) => {
  it.each([
    ['a controller', { controllers: [FilteredController] }],
    [
      'the application',
      {
        controllers: [PlainController],
        providers: [{ provide: APP_FILTER, useClass: GitHubExceptionFilter }],
      },
    ],
  ])(
    'answers what %s throws with its code, and logs only what is not about the request',
    async (_, metadata) => {
      const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined)
      const { send, close } = await startApp({
        adapter: adapter(),
        imports: [GitHubAuthModule.forRoot({ ...OFFLINE, fetch: notFound, authorize: 'guards' })],
        ...metadata,
      })
      const missing = await send('/fetch')
      expect([missing.status, await missing.json()]).toEqual([
        404,
        { statusCode: 404, code: 'NOT_INSTALLED', message: expect.stringContaining('acme') },
      ])
      expect(logged).not.toHaveBeenCalled()
      const broken = await send('/broken')
      expect([broken.status, await broken.json()]).toEqual([
        500,
        { statusCode: 500, code: 'WEBHOOK_UNVERIFIED', message: 'Internal Server Error' },
      ])
      expect(logged.mock.calls).toEqual([[expect.stringContaining('what went wrong')]])
      expect(await (await send('/other')).json()).toEqual({
        statusCode: 500,
        message: 'Internal server error',
      })
      logged.mockRestore()
      await close()
    },
  )
})
