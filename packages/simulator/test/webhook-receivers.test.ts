import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { selfSignedCertificate } from './support/self-signed-certificate.ts'
import { call, startTestGitHub } from './support/test-github.ts'
import { listen, names, startReceiver } from './support/webhook-receiver.ts'

describe('A receiver with a certificate that nobody vouches for', () => {
  test('hears nothing until the hook is set to insecure_ssl', async () => {
    let heard = 0
    const server = createServer(selfSignedCertificate('localhost'), (request, response) => {
      heard += 1
      request.resume()
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const webhookUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const github = await startTestGitHub({ app: { webhookUrl } })
    github.ping()
    await github.settled()
    expect(heard).toBe(0)
    expect(github.deliveries).toMatchObject([
      { statusCode: 502, status: 'peer certificate cannot be authenticated with given CA certificates' },
    ])
    await call(github, 'PATCH /app/hook/config', { auth: appJwt(github), body: { insecure_ssl: '1' } })
    github.ping()
    await github.settled()
    expect(heard).toBe(1)
    expect(github.deliveries.at(-1)?.status).toBe('OK')
    expect(await github.deliver({ event: 'ping', payload: {} })).toMatchObject({ status: 200 })
    const elsewhere = await github.deliver({ event: 'ping', payload: {}, url: `${webhookUrl}elsewhere` })
    expect(elsewhere).toMatchObject({ status: 0, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    expect(heard).toBe(2)
  })
})

describe('A receiver that misbehaves', () => {
  test('and hangs holds up no other app', async () => {
    const [hanging, healthy] = [await startReceiver('never'), await startReceiver()]
    const github = await startTestGitHub({
      apps: [
        { slug: 'hanging', webhookUrl: hanging.url },
        { slug: 'healthy', webhookUrl: healthy.url },
      ],
    })
    for (let sent = 0; sent < 200; sent += 1) github.ping({ app: 'hanging' })
    github.ping({ app: 'healthy' })
    await healthy.until(1)
    await hanging.until(50)
    // What more there is would come meanwhile.
    await github.deliver({ event: 'ping', payload: {}, url: healthy.url })
    await call(github, 'GET /versions')
    expect(names(hanging.received)).toHaveLength(50)
    await github.close()
    await github.settled()
  })

  test('and answers with headers that mean something to JavaScript is quoted as it is', async () => {
    const url = await listen((request, response) => {
      request.resume()
      response.writeHead(200, { constructor: 'one' }).end()
    })
    const github = await startTestGitHub({ app: { webhookUrl: url } })
    github.ping()
    await github.settled()
    const id = github.deliveries[0]?.id
    const { json } = await call(github, `GET /app/hook/deliveries/${id}`, { auth: appJwt(github) })
    expect(json.response.headers).toMatchObject({ constructor: 'one' })
  })

  test('and answers without end is cut, and what is kept of the answer is bounded', async () => {
    const url = await listen((request, response) => {
      request.resume()
      const write = (): void => {
        if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(write))
      }
      write()
    })
    const github = await startTestGitHub({ app: { webhookUrl: url }, webhookTimeoutMs: 200 })
    github.ping()
    await github.settled()
    expect(github.deliveries).toMatchObject([{ status: 'timed out' }])
  })

  test('and answers at length is remembered with the first MiB', async () => {
    const url = await listen((request, response) => {
      request.resume()
      response.end('x'.repeat(3_000_000))
    })
    const github = await startTestGitHub()
    const { status, body } = await github.deliver({ event: 'ping', payload: {}, url })
    expect([status, body.length]).toEqual([200, 1_048_576])
  })

  test('and cuts the connection is remembered', async () => {
    const url = await listen((request) => {
      request.socket.resetAndDestroy()
    })
    const github = await startTestGitHub({ app: { webhookUrl: url } })
    github.ping()
    await github.settled()
    expect(github.deliveries).toMatchObject([{ status: 'failed to connect', statusCode: 502 }])
  })

  test('and speaks no HTTP is remembered', async () => {
    const url = await listen((request) => {
      request.socket.end('hello\r\n\r\n')
    })
    const github = await startTestGitHub({ app: { webhookUrl: url } })
    github.ping()
    await github.settled()
    expect(github.deliveries).toMatchObject([{ status: 'failed to connect', statusCode: 502 }])
  })

  test('and repeats a header is shown with both values', async () => {
    const url = await listen((request, response) => {
      request.resume()
      response.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']).end()
    })
    const github = await startTestGitHub({ app: { webhookUrl: url } })
    github.ping()
    await github.settled()
    const id = github.deliveries[0]?.id
    const { json } = await call(github, `GET /app/hook/deliveries/${id}`, { auth: appJwt(github) })
    expect(json.response.headers).toMatchObject({ 'Set-Cookie': 'a=1, b=2' })
  })
})
