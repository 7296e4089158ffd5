import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Delivery, GitHubInstallation } from '@hubauth/core'
import { signedDelivery } from '@hubauth/testing'
import { Controller, Module, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { type ClientProxy, ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices'
import { firstValueFrom } from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  type AuthorizeGitHub,
  GitHubAuth,
  GitHubAuthModule,
  GitHubEvent,
  GitHubWebhookGuard,
  githubAuthToken,
} from '../src/index.ts'
import { OFFLINE, SECRET, type StartedApp, type StartOptions, startApp, watchedAuth } from './start-app.ts'

const { version } = (await import('@nestjs/core/package.json', { with: { type: 'json' } })).default
const isNest11 = version.startsWith('11.')

/** As a database would say it. */
const authorize: AuthorizeGitHub = (_context, { owner }) => owner === 'acme'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(options: StartOptions): Promise<StartedApp & { readonly targets: unknown[] }> {
  const { auth, targets } = watchedAuth()
  const started = await startApp({
    ...options,
    imports: [GitHubAuthModule.forRoot({ ...OFFLINE, authorize }), ...(options.imports ?? [])],
    override: (builder) => builder.overrideProvider(githubAuthToken()).useValue(auth),
  })
  closing.push(started.close)
  return { ...started, targets }
}

@Controller()
class OrgsController {
  @MessagePattern('orgs')
  orgs(@GitHubAuth('org') github: GitHubInstallation) {
    return typeof github.fetch
  }

  @MessagePattern('header')
  header(@GitHubAuth({ header: 'x-org' }) github: GitHubInstallation) {
    return typeof github.fetch
  }

  @MessagePattern('hook')
  @UseGuards(GitHubWebhookGuard)
  hook(@GitHubEvent() { id }: Delivery) {
    return id
  }
}

describe('@GitHubAuth in a microservice', () => {
  async function connect(): Promise<{ readonly client: ClientProxy; readonly targets: unknown[] }> {
    let port = 0
    const { targets } = await start({
      controllers: [OrgsController],
      prepare: async (app) => {
        const service = app.connectMicroservice({
          transport: Transport.TCP,
          options: { host: '127.0.0.1', port },
        })
        await app.startAllMicroservices()
        const server = service.unwrap<{ address(): AddressInfo }>()
        port = server.address().port
      },
    })
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
    })
    closing.push(() => client.close())
    return { client, targets }
  }

  it('takes the owner from the data', async () => {
    const { client, targets } = await connect()
    expect(await firstValueFrom(client.send('orgs', { org: 'acme' }))).toBe('function')
    expect(targets).toEqual([{ owner: 'acme' }])
  })

  it.each([{ org: 'globex' }, { org: 7 }, { org: ['acme'] }, {}, 'acme'])(
    'refuses data that names no account, or one of others: %j',
    async (data) => {
      const { client, targets } = await connect()
      await expect(firstValueFrom(client.send('orgs', data))).rejects.toMatchObject({ status: 'error' })
      expect(targets).toEqual([])
    },
  )

  it('takes no data for a request: neither for its headers, nor for a delivery', async () => {
    const { client, targets } = await connect()
    const { method, headers, body } = signedDelivery({ secret: SECRET })
    const imitation = {
      method,
      headers: { ...headers, 'x-org': 'acme' },
      rawBody: Buffer.from(body).toString(),
    }
    for (const pattern of ['header', 'hook'])
      await expect(firstValueFrom(client.send(pattern, imitation))).rejects.toMatchObject({ status: 'error' })
    expect(targets).toEqual([])
  })

  it('needs authorize there too, before the microservice starts', async () => {
    @Module({ imports: [GitHubAuthModule.forRoot(OFFLINE)], controllers: [OrgsController] })
    class AppModule {}
    const starting = NestFactory.createMicroservice(AppModule, { logger: false, abortOnError: false })
    const started = starting.then((service) => service.init())
    await expect(started).rejects.toThrow('OrgsController.orgs: a parameter takes the installation')
  })
})

describe.skipIf(isNest11)('@GitHubAuth in GraphQL (not installed for NestJS 11)', () => {
  async function query() {
    const { graphqlApp } = await import('./graphql-app.ts')
    const { send, targets } = await start(graphqlApp)
    const ask = async (text: string, headers: Record<string, string> = {}) => {
      const response = await send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: `{ ${text} }` }),
      })
      return response.json()
    }
    return { ask, targets }
  }

  it('takes the owner from the argument, or from a header', async () => {
    const { ask, targets } = await query()
    expect(await ask('byArgument(org: "acme")')).toEqual({ data: { byArgument: 'acme function' } })
    expect(await ask('byHeader', { 'x-org': 'acme' })).toEqual({ data: { byHeader: 'function' } })
    expect(targets).toEqual([{ owner: 'acme' }, { owner: 'acme' }])
  })

  it('says why in extensions.code', async () => {
    const { ask, targets } = await query()
    expect(await ask('byArgument(org: "globex")')).toMatchObject({
      errors: [{ extensions: { code: 'CALLER_NOT_AUTHORIZED' } }],
    })
    expect(await ask('byHeader')).toMatchObject({
      errors: [{ extensions: { code: 'INSTALLATION_MISSING' } }],
    })
    expect(targets).toEqual([])
  })

  it('says no word of why the server failed', async () => {
    const { ask } = await query()
    expect(await ask('token(org: "acme")')).toMatchObject({
      errors: [{ message: 'Service Unavailable', extensions: { code: 'GITHUB_UNAVAILABLE' } }],
    })
  })
})

describe.skipIf(isNest11)('@GitHubAuth in a WebSocket gateway (not installed for NestJS 11)', () => {
  async function ask(data: unknown) {
    const { websocketApp } = await import('./websocket-app.ts')
    const { app, targets } = await start(websocketApp)
    const { port } = app.getHttpServer().address() as AddressInfo
    const socket = new WebSocket(`ws://127.0.0.1:${port}`)
    closing.push(() => socket.terminate())
    await once(socket, 'open')
    const answer = once(socket, 'message')
    socket.send(JSON.stringify({ event: 'orgs', data }))
    return { answer: JSON.parse(String((await answer)[0])), targets }
  }

  it('takes the owner from the data', async () => {
    expect(await ask({ org: 'acme' })).toEqual({
      answer: { event: 'orgs', data: 'acme function' },
      targets: [{ owner: 'acme' }],
    })
  })

  it('refuses an account of others', async () => {
    const { answer, targets } = await ask({ org: 'globex' })
    expect(answer).toMatchObject({ event: 'exception', data: { status: 'error' } })
    expect(targets).toEqual([])
  })
})
