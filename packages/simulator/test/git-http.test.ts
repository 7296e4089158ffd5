import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { describeGit, gitClient } from './support/git.ts'
import { ADVERTISE, basic, call, idle, startGitServer } from './support/git-server.ts'

describeGit('git over HTTP', () => {
  test('answers with the headers of the protocol, and the time of the simulator', async () => {
    const server = await startGitServer()
    const { status, headers, text } = await call(server, `acme/docs/${ADVERTISE}`)
    expect([status, text.slice(0, 30)]).toEqual([200, '001e# service=git-upload-pack\n'])
    expect(headers.get('content-type')).toBe('application/x-git-upload-pack-advertisement')
    expect(headers.get('cache-control')).toContain('no-cache')
    expect(headers.get('date')).toBe('Thu, 01 Jan 2026 00:00:00 GMT')
    const head = await call(server, `acme/docs/${ADVERTISE}`, { method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
  })

  test('takes a token as the password of any user, or as the user name, and not as Bearer', async () => {
    const server = await startGitServer()
    const token = decodeURIComponent(new URL(server.urlWith({ contents: 'read' })).password)
    const status = async (authorization: string): Promise<number> =>
      (await call(server, `acme/api/${ADVERTISE}`, { headers: { authorization } })).status
    expect(await status(`Basic ${btoa(`x-access-token:${token}`)}`)).toBe(200)
    expect(await status(`Basic ${btoa(`anybody:${token}`)}`)).toBe(200)
    expect(await status(`basic ${btoa(`${token}:`)}`)).toBe(200)
    expect(await status(`Basic ${btoa(`${token}:x-oauth-basic`)}`)).toBe(200)
    expect(await status(`Bearer ${token}`)).toBe(401)
    expect(await status(`token ${token}`)).toBe(401)
    for (const junk of ['Basic', 'Basic !!!', `Basic ${btoa('a')}`, `Basic ${btoa(':')}`, 'x'])
      expect(await status(junk)).toBe(401)
  })

  test('refuses a bad credential even where none is needed, and asks for a better one', async () => {
    const server = await startGitServer()
    const authorization = `Basic ${btoa('x-access-token:ghs_unknown')}`
    const { status, headers, text } = await call(server, `acme/docs/${ADVERTISE}`, {
      headers: { authorization },
    })
    expect([status, text]).toEqual([
      401,
      'Invalid username or token. Password authentication is not supported for Git operations.',
    ])
    expect(headers.get('www-authenticate')).toBe('Basic realm="GitHub"')
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
  })

  test('asks the anonymous for a credential, whether the repository is private, missing, or to be written', async () => {
    const server = await startGitServer()
    const ask = async (path: string): Promise<unknown[]> => {
      const { status, headers, text } = await call(server, path)
      return [status, headers.get('www-authenticate'), text]
    }
    const challenge = 'Basic realm="GitHub"'
    expect(await ask(`acme/api/${ADVERTISE}`)).toEqual([401, challenge, 'Repository not found.'])
    expect(await ask(`acme/nothing/${ADVERTISE}`)).toEqual([401, challenge, 'Repository not found.'])
    expect(await ask('acme/docs/info/refs?service=git-receive-pack')).toEqual([
      401,
      challenge,
      'No anonymous write access.',
    ])
  })

  test('has no dumb protocol and no other services', async () => {
    const server = await startGitServer()
    for (const query of ['', '?service=git-upload-archive', '?service=', '?service=git-upload-pack%00'])
      expect(await call(server, `acme/docs/info/refs${query}`)).toMatchObject({
        status: 403,
        text: expect.stringContaining('no longer supports git over dumb-http'),
      })
    for (const path of ['HEAD', 'objects/info/packs', 'info/alternates', 'config', 'git-upload-archive'])
      expect((await call(server, `acme/docs/${path}`)).status).toBe(404)
    expect((await call(server, 'acme/docs/git-upload-pack')).status).toBe(404)
  })

  test('sends on to the new name only those who may know it', async () => {
    const server = await startGitServer()
    const authorization = basic(server, { contents: 'read' })
    server.state.repositories.rename(server.repository, 'server')
    expect((await call(server, `acme/api.git/${ADVERTISE}`)).status).toBe(401)
    const { status, headers } = await call(server, `acme/api.git/${ADVERTISE}`, {
      headers: { authorization },
    })
    expect([status, headers.get('location')]).toEqual([301, `${server.url}/acme/server.git/${ADVERTISE}`])
  })

  test.for(['plain', 'gzip'])('takes a %s request', async (encoding) => {
    const server = await startGitServer()
    const id = (await server.git.repositories.refs(server.repository)).get('refs/heads/main')
    const lines = `0032want ${id}\n00000009done\n`
    const { status, headers, text } = await call(server, 'acme/api/git-upload-pack', {
      method: 'POST',
      body: encoding === 'gzip' ? gzipSync(lines) : lines,
      headers: {
        authorization: basic(server, { contents: 'read' }),
        'content-type': 'application/x-git-upload-pack-request',
        ...(encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
      },
    })
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-git-upload-pack-result'])
    expect(text).toMatch(/^0008NAK\nPACK/)
  })

  test('refuses another media type, and lets the next request through', async () => {
    const server = await startGitServer()
    const headers = { authorization: basic(server, { contents: 'read' }), 'content-type': 'text/plain' }
    const body = 'x'.repeat(1_000_000)
    const post = () => call(server, 'acme/api/git-upload-pack', { method: 'POST', body, headers })
    expect((await post()).status).toBe(415)
    expect((await post()).status).toBe(415)
  })

  test('survives junk', async () => {
    const server = await startGitServer()
    const authorization = basic(server, { contents: 'write' })
    for (const service of ['upload', 'receive'])
      for (const body of ['', 'junk', 'ffffjunk', '0000', Buffer.alloc(100_000), '0032want']) {
        const type = `application/x-git-${service}-pack-request`
        for (const encoding of ['identity', 'gzip', 'br'])
          await call(server, `acme/api/git-${service}-pack`, {
            method: 'POST',
            body,
            headers: {
              authorization,
              'content-type': type,
              'content-encoding': encoding,
              'git-protocol': 'version=\t9',
            },
          }).catch(() => undefined)
      }
    await idle(server)
    expect((await call(server, `acme/api/${ADVERTISE}`, { headers: { authorization } })).status).toBe(200)
    expect(server.pushes).toEqual([])
  })

  test.for([
    '/acme/..%2f..%2fetc%2fpasswd/info/refs',
    '/..%2f..%2f/api/info/refs',
    '//acme/api/info/refs',
    '/acme//info/refs',
    '/acme/api%00.git/info/refs',
    '/acme/api.git/../../etc/info/refs',
    '/acme/api.git/./info/refs',
    '/acme/%2e%2e/info/refs',
    '/acme/../info/refs',
    '/acme/.git/info/refs',
    '/acme/700000001.git/info/refs',
    '/acme/api.git.git/info/refs',
    '/acme/api%2finfo/refs',
    '/constructor/__proto__/info/refs',
    '/acme/api/info/refs/',
    '/acme/api/info%2frefs',
    `/acme/${'a'.repeat(10_000)}/info/refs`,
    '/acme/%/info/refs',
    '/acme/%ff%fe/info/refs',
  ])('reaches nothing by %s', async (path) => {
    const server = await startGitServer()
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    let received = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text
    })
    const authorization = basic(server, { contents: 'write' })
    socket.write(
      `GET ${path}?service=git-upload-pack HTTP/1.1\r\nHost: x\r\nUser-Agent: git\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`,
    )
    await once(socket, 'close')
    expect(received).toMatch(/^HTTP\/1\.1 404 /)
    expect(server.git.processes.running).toBe(0)
    expect((await call(server, `acme/docs/${ADVERTISE}`)).status).toBe(200)
  })

  test('serves fifty clones at once, with no more than sixteen processes', { timeout: 60_000 }, async () => {
    const server = await startGitServer()
    const git = await gitClient()
    const url = server.urlWith({ contents: 'read' })
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, server.git.processes.running)
    }, 1)
    await Promise.all(Array.from({ length: 50 }, (_, index) => git.ok('clone', '-q', url, `api${index}`)))
    clearInterval(watch)
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(16)
    expect(server.git.processes.running).toBe(0)
  })
})
