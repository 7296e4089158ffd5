import type { Delivery, GitHubInstallation } from '@hubauth/core'
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Inject,
  Injectable,
  Module,
  type NestInterceptor,
  Scope,
  UseGuards,
  UseInterceptors,
  ValidationPipe,
} from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_PIPE, REQUEST } from '@nestjs/core'
import { map, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { GitHubAuth, GitHubEvent, OnGitHubEvent } from '../src/index.ts'
import { Base, startHandlers } from './start-handlers.ts'

describe('@OnGitHubEvent and the enhancers of Nest', () => {
  it('lives with a global ValidationPipe', async () => {
    @Injectable()
    class Issues extends Base {
      @OnGitHubEvent('issues')
      onIssue(@GitHubEvent() delivery: Delivery, @GitHubAuth() github: GitHubInstallation) {
        this.seen.all.push(delivery.name, typeof github.fetch)
      }
    }
    const pipe = new ValidationPipe({ transform: true, validateCustomDecorators: true })
    const { deliver, seen, errors, close } = await startHandlers([
      Issues,
      { provide: APP_PIPE, useValue: pipe },
    ])
    expect(await deliver()).toMatchObject({ status: 200 })
    expect([seen, errors]).toEqual([['issues.opened', 'function'], []])
    await close()
  })

  it('runs guards and interceptors, of the class, of the method and global', async () => {
    const guard = (name: string) => {
      @Injectable()
      class Guard extends Base implements CanActivate {
        canActivate(context: ExecutionContext) {
          this.seen.all.push(`${name} ${context.getType<string>()} ${context.getClass().name}`)
          return true
        }
      }
      return Guard
    }
    @Injectable()
    class Doubled extends Base implements NestInterceptor {
      intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
        return next.handle().pipe(map((result) => this.seen.all.push(`after ${result}`)))
      }
    }
    @Injectable()
    @UseGuards(guard('class'))
    class Issues extends Base {
      @UseGuards(guard('method'))
      @UseInterceptors(Doubled)
      @OnGitHubEvent('issues')
      onIssue() {
        return 'issue'
      }
    }
    const { deliver, seen, close } = await startHandlers([
      Issues,
      { provide: APP_GUARD, useClass: guard('global') },
    ])
    expect(await deliver()).toMatchObject({ status: 200 })
    expect(seen).toEqual([
      'global github Issues',
      'class github Issues',
      'method github Issues',
      'after issue',
    ])
    await close()
  })

  it('fails a delivery that a guard denies, so that it is not lost', async () => {
    let isOpen = false
    @Injectable()
    class Guard implements CanActivate {
      canActivate = () => isOpen
    }
    @Injectable()
    class Issues extends Base {
      @UseGuards(Guard)
      @OnGitHubEvent('issues')
      onIssue() {
        this.seen.all.push('handled')
      }
    }
    const { deliver, seen, errors, close } = await startHandlers([Issues])
    expect(await deliver({ id: 'd-1' })).toMatchObject({
      status: 500,
      body: { error: { code: 'WEBHOOK_HANDLER_FAILED' } },
    })
    expect([seen, errors]).toMatchObject([[], [{ status: 403 }]])
    isOpen = true
    expect(await deliver({ id: 'd-1' })).toEqual({ status: 200, body: { status: 'handled' } })
    expect(seen).toEqual(['handled'])
    await close()
  })

  it('makes a request-scoped provider for every delivery, also because of a global guard', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Issues extends Base {
      readonly #delivery: Delivery

      constructor(@Inject(REQUEST) delivery: Delivery) {
        super()
        this.#delivery = delivery
      }

      @OnGitHubEvent('issues')
      onIssue(@GitHubEvent('id') id: string, @GitHubAuth() github: GitHubInstallation) {
        this.seen.all.push([this.#delivery.id, id, typeof github.fetch])
      }
    }
    @Injectable()
    class Pushes extends Base {
      @OnGitHubEvent('push')
      onPush(@GitHubEvent('id') id: string) {
        this.seen.all.push(id)
      }
    }
    @Injectable({ scope: Scope.REQUEST })
    class ScopedGuard extends Base implements CanActivate {
      canActivate() {
        this.seen.all.push('guard')
        return true
      }
    }
    const { deliver, seen, errors, close } = await startHandlers([
      Issues,
      Pushes,
      { provide: APP_GUARD, useClass: ScopedGuard },
    ])
    await deliver({ id: 'd-1' })
    await deliver({ id: 'd-2' })
    expect(errors).toEqual([])
    expect(seen).toEqual(['guard', ['d-1', 'd-1', 'function'], 'guard', ['d-2', 'd-2', 'function']])
    seen.length = 0
    await deliver({ id: 'd-3', event: 'push', payload: {} })
    expect(seen).toEqual(['guard', 'd-3'])
    await close()
  })

  it('makes the request-scoped provider of each module, also where they share a token', async () => {
    const ran: string[] = []
    const moduleOf = (name: string) => {
      @Injectable({ scope: Scope.REQUEST })
      class Issues {
        @OnGitHubEvent('issues')
        onIssue() {
          ran.push(name)
        }
      }
      @Module({ providers: [{ provide: 'handlers', useClass: Issues }] })
      class IssuesModule {}
      return IssuesModule
    }
    const { deliver, errors, close } = await startHandlers([], {
      imports: [moduleOf('one'), moduleOf('other')],
    })
    expect([await deliver(), ran, errors]).toMatchObject([{ status: 200 }, ['one', 'other'], []])
    await close()
  })

  it('runs all handlers of a delivery, also when one throws, and no exception filter', async () => {
    @Catch()
    class HttpOnly implements ExceptionFilter {
      catch(_error: unknown, host: ArgumentsHost) {
        host.switchToHttp().getResponse().status(418)
      }
    }
    @Injectable()
    class Issues extends Base {
      @OnGitHubEvent('issues')
      fails() {
        throw new Error('database password hunter2 refused')
      }

      @OnGitHubEvent('issues')
      async works() {
        this.seen.all.push('handled')
      }
    }
    const { deliver, seen, errors, close } = await startHandlers([
      Issues,
      { provide: APP_FILTER, useClass: HttpOnly },
    ])
    const answer = await deliver()
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([
      500,
      expect.not.stringContaining('hunter2'),
    ])
    expect([seen, errors]).toMatchObject([['handled'], [{ message: 'database password hunter2 refused' }]])
    await close()
  })

  it('runs a class under another token with its guards and parameters', async () => {
    @Injectable()
    class Guard extends Base implements CanActivate {
      canActivate() {
        this.seen.all.push('guard')
        return true
      }
    }
    @Injectable()
    @UseGuards(Guard)
    class Issues extends Base {
      @OnGitHubEvent('issues')
      onIssue(@GitHubAuth() github: GitHubInstallation) {
        this.seen.all.push(typeof github.fetch)
      }
    }
    const { deliver, seen, close } = await startHandlers([{ provide: 'issues', useClass: Issues }])
    await deliver()
    expect(seen).toEqual(['guard', 'function'])
    await close()
  })
})
