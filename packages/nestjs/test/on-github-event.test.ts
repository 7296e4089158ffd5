import type { Delivery, DeliveryClaims, GitHubInstallation, WebhookPayload } from '@hubauth/core'
import { Controller, createParamDecorator, type ExecutionContext, Injectable, Logger } from '@nestjs/common'
import { defer, throwError } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { GitHubAuth, GitHubAuthModule, GitHubEvent, OnGitHubEvent } from '../src/index.ts'
import { OFFLINE, startApp } from './start-app.ts'
import { Base, startHandlers } from './start-handlers.ts'

describe('@OnGitHubEvent', () => {
  it('calls a method with the delivery and its installation', async () => {
    @Injectable()
    class Issues extends Base {
      @OnGitHubEvent('issues.opened')
      onOpened(delivery: Delivery, github: GitHubInstallation) {
        this.seen.all.push(delivery.name, typeof github.fetch)
      }
    }
    const { deliver, seen, targets, close } = await startHandlers([Issues])
    expect(await deliver()).toEqual({ status: 200, body: { status: 'handled' } })
    expect(await deliver({ event: 'push', payload: {} })).toMatchObject({ body: { status: 'ignored' } })
    expect(seen).toEqual(['issues.opened', 'function'])
    expect(targets).toEqual([{ installationId: 1, owner: 'acme' }])
    await close()
  })

  it('injects what parameters are decorated with', async () => {
    const Context = createParamDecorator((property: string, context: ExecutionContext) => [
      property,
      context.getType<string>(),
      context.getHandler().name,
    ])
    @Injectable()
    class Issues extends Base {
      @OnGitHubEvent('issues')
      onIssue(
        @GitHubEvent('payload') { action }: WebhookPayload,
        @GitHubAuth() github: GitHubInstallation,
        @GitHubAuth(undefined, { permissions: { issues: 'write' } }) limited: GitHubInstallation,
        @GitHubEvent() delivery: Delivery,
        @Context('who') context: unknown,
      ) {
        this.seen.all.push(action, typeof github.fetch, typeof limited.fetch, delivery.id, context)
      }
    }
    const { deliver, seen, targets, close } = await startHandlers([Issues])
    expect(await deliver({ id: 'd-1' })).toMatchObject({ status: 200 })
    expect(seen).toEqual(['opened', 'function', 'function', 'd-1', ['who', 'github', 'onIssue']])
    const installation = { installationId: 1, owner: 'acme' }
    const limited = { ...installation, permissions: { issues: 'write' } }
    // One more is what every handler could have as its second argument.
    expect(targets).toHaveLength(3)
    expect(targets).toEqual(expect.arrayContaining([installation, limited]))
    await close()
  })

  it('is given several times, or for everything', async () => {
    @Injectable()
    class Everything extends Base {
      @OnGitHubEvent('issues.opened')
      @OnGitHubEvent('issues.closed')
      @OnGitHubEvent('push')
      onSome({ name }: Delivery) {
        this.seen.all.push(name)
      }

      @OnGitHubEvent('*')
      onAny({ name }: Delivery) {
        this.seen.all.push(`* ${name}`)
      }
    }
    const { deliver, seen, close } = await startHandlers([Everything])
    await deliver()
    await deliver({ payload: { action: 'closed' } })
    await deliver({ payload: { action: 'edited' } })
    await deliver({ event: 'push', payload: {} })
    expect(seen).toEqual([
      'issues.opened',
      '* issues.opened',
      'issues.closed',
      '* issues.closed',
      '* issues.edited',
      'push',
      '* push',
    ])
    await close()
  })

  it('calls a method once for a delivery, also where several of its names match', async () => {
    @Injectable()
    class Issues extends Base {
      @OnGitHubEvent('*')
      @OnGitHubEvent('issues')
      @OnGitHubEvent('issues.opened')
      @OnGitHubEvent('issues.opened')
      onIssue({ id }: Delivery) {
        this.seen.all.push(id)
      }
    }
    const { deliver, seen, close } = await startHandlers([Issues])
    await deliver({ id: 'd-1' })
    await deliver({ id: 'd-2' })
    expect(seen).toEqual(['d-1', 'd-2'])
    await close()
  })

  it('calls what overrides a method in its place, with its own events if it has some', async () => {
    class Issues extends Base {
      @OnGitHubEvent('issues')
      onIssue() {
        this.seen.all.push('overridden')
      }

      @OnGitHubEvent('push')
      onPush() {
        this.seen.all.push('overridden')
      }
    }
    @Injectable()
    class OwnIssues extends Issues {
      @OnGitHubEvent('issues')
      override onIssue() {
        this.seen.all.push('issue')
      }

      override onPush() {
        this.seen.all.push('push')
      }
    }
    const { deliver, seen, close } = await startHandlers([OwnIssues])
    await deliver()
    await deliver({ event: 'push', payload: {} })
    expect(seen).toEqual(['issue', 'push'])
    await close()
  })

  it('waits for an Observable that a method returns', async () => {
    @Injectable()
    class Issues extends Base {
      @OnGitHubEvent('issues')
      onIssue() {
        return defer(async () => this.seen.all.push('handled'))
      }

      @OnGitHubEvent('push')
      onPush() {
        return throwError(() => new Error('no database'))
      }
    }
    const { deliver, seen, errors, close } = await startHandlers([Issues])
    expect([await deliver(), seen]).toMatchObject([{ status: 200 }, ['handled']])
    expect([await deliver({ event: 'push', payload: {} }), errors]).toMatchObject([
      { status: 500 },
      [{ message: 'no database' }],
    ])
    await close()
  })

  it('calls a method once, under however many tokens its provider is known', async () => {
    @Injectable()
    class Issues extends Base {
      @OnGitHubEvent('issues')
      onIssue() {
        this.seen.all.push('handled')
      }
    }
    const alias = { provide: 'alias', useExisting: Issues }
    const factory = { provide: 'factory', useFactory: (issues: Issues) => issues, inject: [Issues] }
    for (const providers of [
      [Issues, alias],
      [alias, Issues],
      [factory, Issues, alias],
    ]) {
      const { deliver, seen, close } = await startHandlers(providers)
      await deliver()
      expect(seen).toEqual(['handled'])
      await close()
    }
  })

  it("logs what handlers throw with Nest's Logger, unless there is an onError", async () => {
    @Injectable()
    class Issues {
      @OnGitHubEvent('issues')
      fails() {
        throw new Error('no database')
      }
    }
    const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined)
    const { deliver, close } = await startHandlers([Issues], { webhooks: { onError: undefined } })
    await deliver({ id: 'd-1' })
    expect(logged.mock.calls).toEqual([
      [expect.stringMatching(/delivery d-1 \("issues\.opened"\): Error: no database\n/)],
    ])
    logged.mockRestore()
    await close()
  })

  it('keeps apps apart', async () => {
    @Injectable()
    class Issues extends Base {
      @OnGitHubEvent('issues')
      own() {
        this.seen.all.push('own')
      }

      @OnGitHubEvent('issues', { app: 'ghes' })
      ghes(@GitHubAuth() github: GitHubInstallation) {
        this.seen.all.push('ghes', typeof github.fetch)
      }

      @OnGitHubEvent('push', { app: 'ghes' })
      mixed(@GitHubAuth(undefined, { app: 'default' }) _github: GitHubInstallation) {
        this.seen.all.push('never')
      }
    }
    const { deliver, seen, targets, errors, close } = await startHandlers([Issues])
    expect((await deliver({}, '/ghes')).status).toBe(401)
    expect((await deliver({ secret: 'the other secret' }, '/ghes')).status).toBe(200)
    expect([seen, targets]).toEqual([['ghes', 'function'], []])
    expect((await deliver({ secret: 'the other secret', event: 'push' }, '/ghes')).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'WEBHOOK_UNVERIFIED' }])
    await close()
  })

  it('passes claims and other options on', async () => {
    const claims: DeliveryClaims = { claim: async () => 'handled' }
    @Injectable()
    class Issues extends Base {
      @OnGitHubEvent('issues')
      never() {
        this.seen.all.push('never')
      }
    }
    const { deliver, seen, close } = await startHandlers([Issues], { webhooks: { claims } })
    expect([await deliver(), seen]).toMatchObject([{ body: { status: 'duplicate' } }, []])
    await close()
  })

  it('keeps an application from starting that could not work', async () => {
    class Issues {
      @OnGitHubEvent('issues opened')
      onOpened() {}
    }
    await expect(startHandlers([Issues])).rejects.toThrow(
      /^Issues\.onOpened: on\(\): expected an event such as/,
    )
    class Elsewhere {
      @OnGitHubEvent('issues', { app: 'gehs' })
      onIssue() {}
    }
    await expect(startHandlers([Elsewhere])).rejects.toThrow(
      /^Elsewhere\.onIssue: Nest could not find @hubauth\/nestjs:options:gehs/,
    )
    class NoWebhooks {
      @OnGitHubEvent('issues')
      onIssue() {}
    }
    const imports = [GitHubAuthModule.forRoot({ ...OFFLINE, webhooks: undefined })]
    await expect(startApp({ imports, providers: [NoWebhooks] })).rejects.toThrow(
      'NoWebhooks.onIssue: this app takes no webhooks: pass webhooks: { secrets } to GitHubAuthModule.forRoot().',
    )
    class Made {
      @OnGitHubEvent('issues')
      onIssue() {}
    }
    @Controller()
    class IssuesController {
      @OnGitHubEvent('issues')
      onIssue() {}
    }
    for (const [target, name] of [
      [IssuesController, 'onIssue'],
      [IssuesController.prototype, Symbol('onIssue')],
    ] as const)
      expect(() => OnGitHubEvent('issues')(target, name, {})).toThrow(
        /onIssue\)?: @OnGitHubEvent\(\) is for methods that have a name and are not static\.$/,
      )
    await expect(startHandlers([], { controllers: [IssuesController] })).rejects.toThrow(
      'IssuesController.onIssue: @OnGitHubEvent() is for methods of classes among the providers.',
    )
    for (const provider of [
      { provide: 'made', useFactory: () => new Made() },
      { provide: 'made', useValue: new Made() },
    ])
      await expect(startHandlers([provider])).rejects.toThrow(
        'Made.onIssue: @OnGitHubEvent() is for methods of classes',
      )
  })
})
