import type { Delivery, GitHubInstallation } from '@hubauth/core'
import { type SignedDeliveryOptions, signedDelivery, tamperings } from '@hubauth/testing'
import { All, Controller, Logger, UseGuards } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { describe, expect, it, vi } from 'vitest'
import {
  GitHubAuth,
  GitHubAuthModule,
  GitHubEvent,
  GitHubWebhookGuard,
  githubAuthToken,
  githubWebhookGuard,
  githubWebhookReceiverToken,
} from '../src/index.ts'
import { adapters, OFFLINE, SECRET, type StartOptions, startApp, watchedAuth } from './start-app.ts'

@Controller()
class HooksController {
  @All('hooks')
  @UseGuards(GitHubWebhookGuard)
  hook(@GitHubEvent() delivery: Delivery, @GitHubEvent('name') name: string, @GitHubAuth() github: unknown) {
    return { name, body: Buffer.from(delivery.body).toString(), hasHandle: isHandle(github) }
  }

  @All('ghes')
  @UseGuards(githubWebhookGuard('ghes'))
  ghes(@GitHubEvent('id') id: string, @GitHubAuth() _github: GitHubInstallation) {
    return { id }
  }

  @All('mixed')
  @UseGuards(githubWebhookGuard('ghes'))
  mixed(@GitHubAuth(undefined, { app: 'default' }) _github: GitHubInstallation) {}

  @All('both')
  @UseGuards(GitHubWebhookGuard, GitHubWebhookGuard)
  both() {
    return 'verified'
  }

  @All('open')
  open(@GitHubAuth() _github: GitHubInstallation) {}

  @All('open-event')
  openEvent(@GitHubEvent() _delivery: Delivery) {}
}

function isHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'fetch' in value
}

function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(body).toString())
    return true
  } catch {
    return false
  }
}

describe.each(adapters)('GitHubWebhookGuard on %s', (_, adapter) => {
  async function start(options: Pick<StartOptions, 'options' | 'prepare'> = {}) {
    const apps = { one: watchedAuth(), ghes: watchedAuth() }
    const { send, close } = await startApp({
      adapter: adapter(),
      options: { rawBody: true },
      controllers: [HooksController],
      imports: [
        GitHubAuthModule.forRoot(OFFLINE),
        GitHubAuthModule.forRoot({ ...OFFLINE, name: 'ghes', webhooks: { secrets: 'the other secret' } }),
      ],
      override: (builder) =>
        builder
          .overrideProvider(githubAuthToken())
          .useValue(apps.one.auth)
          .overrideProvider(githubAuthToken('ghes'))
          .useValue(apps.ghes.auth),
      ...options,
    })
    return { send, close, targets: apps.one.targets, ghesTargets: apps.ghes.targets }
  }

  it('lets a signed delivery pass, and hands over its exact bytes and its installation', async () => {
    const { send, close, targets } = await start()
    const body = '{ "action": "opened", "title": "caf\\u00e9", "installation": { "id": 7 } }'
    const response = await send('/hooks', signedDelivery({ secret: SECRET, body }))
    expect([response.status, await response.json()]).toEqual([
      200,
      { name: 'issues.opened', body, hasHandle: true },
    ])
    expect(targets).toEqual([{ installationId: 7, owner: undefined }])
    await close()
  })

  it.each<[string, Partial<SignedDeliveryOptions>]>([
    ['a form', { contentType: 'form' }],
    ['with a byte order mark', { body: '\ufeff{"action":"opened"}' }],
    ['with numbers that JSON cannot keep', { body: '{"action":"opened","id":12345678901234567890}' }],
  ])('takes a body that is %s', async (_, options) => {
    const { send, close } = await start()
    const response = await send('/hooks', signedDelivery({ secret: SECRET, ...options }))
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('issues.opened')])
    await close()
  })

  it('comes after the parsers of Nest and their limits, unlike webhookPath', async () => {
    const { send, close } = await start()
    const body = JSON.stringify({ action: 'opened', text: 'x'.repeat(2_000_000) })
    expect((await send('/hooks', signedDelivery({ secret: SECRET, body }))).status).toBe(413)
    await close()
  })

  it.each(tamperings)('refuses a delivery with $name', async ({ apply }) => {
    const { send, close, targets } = await start()
    const delivery = apply(signedDelivery({ secret: SECRET }))
    const response = await send('/hooks', delivery)
    // The parsers of Nest, which run before guards, refuse what is no JSON any more.
    expect(response.status).toBe(isJson(delivery.body) || response.status === 401 ? 401 : 400)
    expect(targets).toEqual([])
    await close()
  })

  it('says why', async () => {
    const { send, close } = await start()
    const response = await send('/hooks', signedDelivery({ secret: 'a guess' }))
    expect([response.status, await response.json()]).toEqual([
      401,
      {
        statusCode: 401,
        code: 'WEBHOOK_SIGNATURE_INVALID',
        message: expect.stringContaining('does not match'),
      },
    ])
    await close()
  })

  it('answers 405 with what is allowed, and 400 to missing headers', async () => {
    const { send, close } = await start()
    const get = await send('/hooks')
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect(await get.json()).toMatchObject({ code: 'WEBHOOK_METHOD_NOT_ALLOWED' })
    const { headers, ...delivery } = signedDelivery({ secret: SECRET })
    const { 'x-github-event': _event, ...others } = headers
    const noEvent = await send('/hooks', { ...delivery, headers: others })
    expect([noEvent.status, await noEvent.json()]).toMatchObject([400, { code: 'WEBHOOK_HEADER_MISSING' }])
    await close()
  })

  it('answers 500 at once when a parser left no bytes, and logs what to pass to Nest', async () => {
    const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined)
    const { send, close } = await start({ options: {} })
    const response = await send('/hooks', signedDelivery({ secret: SECRET }))
    expect([response.status, await response.json()]).toMatchObject([500, { code: 'WEBHOOK_BODY_CONSUMED' }])
    expect(logged.mock.calls).toEqual([[expect.stringContaining('{ rawBody: true }')]])
    logged.mockRestore()
    await close()
  })

  it('keeps apps apart: each has its secret, and acts for its own deliveries only', async () => {
    const { send, close, targets, ghesTargets } = await start()
    const own = signedDelivery({ secret: SECRET })
    const ghes = signedDelivery({ secret: 'the other secret', id: 'd-1' })
    expect((await send('/ghes', own)).status).toBe(401)
    expect((await send('/hooks', ghes)).status).toBe(401)
    expect(await (await send('/ghes', ghes)).json()).toEqual({ id: 'd-1' })
    expect([targets, ghesTargets]).toEqual([[], [{ installationId: 1, owner: 'acme' }]])
    const mixed = await send('/mixed', ghes)
    expect([mixed.status, await mixed.json()]).toMatchObject([500, { code: 'WEBHOOK_UNVERIFIED' }])
    expect(targets).toEqual([])
    await close()
  })

  it('verifies once where it stands twice', async () => {
    const { send, close } = await start()
    expect(await (await send('/both', signedDelivery({ secret: SECRET }))).text()).toBe('verified')
    await close()
  })

  it.each(['/open', '/open-event'])(
    'is needed: without it, %s refuses a delivery that nobody verified',
    async (path) => {
      const { send, close, targets } = await start()
      const response = await send(path, signedDelivery({ secret: SECRET }))
      expect(response.status).toBe(500)
      expect(await response.json()).toEqual({
        statusCode: 500,
        code: 'WEBHOOK_UNVERIFIED',
        message: 'Internal Server Error',
      })
      expect(targets).toEqual([])
      await close()
    },
  )

  it('hands on what is no refusal', async () => {
    const broken = { verify: () => Promise.reject(new Error('broken')), close: async () => undefined }
    const { send, close } = await startApp({
      adapter: adapter(),
      controllers: [HooksController],
      imports: [GitHubAuthModule.forRoot(OFFLINE), GitHubAuthModule.forRoot({ ...OFFLINE, name: 'ghes' })],
      override: (builder) => builder.overrideProvider(githubWebhookReceiverToken()).useValue(broken),
    })
    const response = await send('/hooks', signedDelivery({ secret: SECRET }))
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('broken')])
    await close()
  })
})

describe('GitHubWebhookGuard', () => {
  it.each([
    ['no webhooks', { imports: [GitHubAuthModule.forRoot({ ...OFFLINE, webhooks: undefined })] }],
    ['the webhooks of another app', { imports: [GitHubAuthModule.forRoot(OFFLINE)] }],
    ['no GitHubAuthModule', {}],
  ])('keeps an application from starting that has %s', async (_, metadata) => {
    await expect(startApp({ ...metadata, controllers: [HooksController] })).rejects.toThrow(
      /^GitHubWebhookGuard: pass webhooks: \{ secrets \}|^Nest could not find @hubauth\/nestjs:options/,
    )
  })

  it('does so as a global guard too', async () => {
    const imports = [GitHubAuthModule.forRoot({ ...OFFLINE, webhooks: undefined })]
    const providers = [{ provide: APP_GUARD, useClass: GitHubWebhookGuard }]
    await expect(startApp({ imports, providers })).rejects.toThrow(
      new TypeError('GitHubWebhookGuard: pass webhooks: { secrets } to GitHubAuthModule.forRoot().'),
    )
  })

  it('reads the request itself where nothing else did', async () => {
    const { send, close } = await startApp({
      options: { bodyParser: false },
      controllers: [HooksController],
      imports: [GitHubAuthModule.forRoot(OFFLINE), GitHubAuthModule.forRoot({ ...OFFLINE, name: 'ghes' })],
    })
    const body = JSON.stringify({ action: 'opened', text: 'x'.repeat(2_000_000) })
    expect((await send('/hooks', signedDelivery({ secret: SECRET, body }))).status).toBe(200)
    await close()
  })
})
