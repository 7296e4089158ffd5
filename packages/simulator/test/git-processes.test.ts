import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { GitProcesses } from '../src/git/git-processes.ts'
import { describeGit, gitClient } from './support/git.ts'
import { ADVERTISE, basic, call, idle, startGitServer, type TestGitServer } from './support/git-server.ts'

describeGit('A client that goes away', () => {
  /** Begins a push, and says no more. */
  const begin = (server: TestGitServer): Socket => {
    const { host, port } = new URL(server.url)
    const socket = connect(Number(port), '127.0.0.1')
    const head = [
      'POST /acme/api/git-receive-pack HTTP/1.1',
      `Host: ${host}`,
      `Authorization: ${basic(server, { contents: 'write' })}`,
      'Content-Type: application/x-git-receive-pack-request',
      'Transfer-Encoding: chunked',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n4\r\n00a0\r\n`)
    socket.on('error', () => {})
    return socket
  }

  /** Begins a push, and is in the middle of it: git has answered. */
  const push = async (server: TestGitServer): Promise<Socket> => {
    const socket = begin(server)
    await once(socket, 'data')
    expect(server.git.processes.running).toBe(1)
    return socket
  }

  const pushSomething = async (server: TestGitServer): Promise<void> => {
    const git = await gitClient()
    await git.ok('clone', '-q', server.urlWith({ contents: 'write' }), 'api')
    await git.commit('api', 'new.txt', 'new')
    await git.ok('-C', 'api', 'push', '-q')
  }

  test('in the middle of a push leaves no process and no lock', async () => {
    const server = await startGitServer()
    const socket = await push(server)
    socket.destroy()
    await idle(server)
    await pushSomething(server)
    expect(server.pushes).toHaveLength(1)
  })

  test('in the middle of a fetch leaves no process', async () => {
    const server = await startGitServer()
    const headers = { authorization: basic(server, { contents: 'read' }) }
    const clients = Array.from({ length: 30 }, () => {
      const request = httpRequest(`${server.url}/acme/api/${ADVERTISE}`, { headers }).end()
      request.on('error', () => {})
      return request
    })
    while (server.git.processes.running === 0) await new Promise(setImmediate)
    for (const client of clients) client.destroy()
    await idle(server)
    expect((await call(server, `acme/api/${ADVERTISE}`, { headers })).status).toBe(200)
  })

  test('without saying so is cut off', async () => {
    const server = await startGitServer({ stalledMs: 20 })
    const socket = begin(server).resume()
    await once(socket, 'close')
    await idle(server)
  })

  test('while the simulator closes leaves no process and no file', async () => {
    const server = await startGitServer()
    const { root } = await server.git.repositories.open(server.repository)
    expect(statSync(root).mode & 0o777).toBe(0o700)
    await push(server)
    await server.close()
    expect(server.git.processes.running).toBe(0)
    expect(existsSync(root)).toBe(false)
  })
})

/** A git that does something else when it is called as `http-backend`. */
async function gitThat(does: string): Promise<string> {
  const { home } = await gitClient()
  const binary = join(home, 'git-that')
  const script = `#!/bin/sh\ncase " $* " in *" http-backend "*) ${does} ;; esac\nexec git "$@"\n`
  await writeFile(binary, script, { mode: 0o755 })
  return binary
}

describeGit('A git that misbehaves', () => {
  test.for([
    ['says nothing', 'exit 1'],
    ['never gets to the point', 'yes'],
    ['answers what is no answer', 'printf "junk\\r\\n\\r\\n"; exit 0'],
    ['answers an impossible status', 'printf "Status: 999\\r\\n\\r\\n"; exit 0'],
  ] as const)('and %s is a 500', async ([, does]) => {
    const server = await startGitServer({ binary: await gitThat(does) })
    const { status, text } = await call(server, `acme/docs/${ADVERTISE}`)
    expect([status, text]).toEqual([500, 'Internal Server Error'])
    expect(server.git.processes.running).toBe(0)
  })

  test('and dies in the middle of its answer does not look as if it had ended', async () => {
    const binary = await gitThat('printf "Content-Type: text/plain\\r\\n\\r\\nhalf"; kill -9 $$')
    const server = await startGitServer({ binary })
    await expect(call(server, `acme/docs/${ADVERTISE}`)).rejects.toThrow()
  })

  test('and does not want to stop is killed, with everything it started', async () => {
    const binary = await gitThat('trap "" TERM; sleep 1000 & echo ready; wait')
    const processes = new GitProcesses({ binary, stopMs: 10 })
    onTestFinished(() => processes.close())
    const child = await processes.start(['http-backend'], { home: '/' })
    await once(child.stdout, 'data')
    processes.stop(child)
    await once(child, 'close')
    expect(child.signalCode).toBe('SIGKILL')
  })
})

describe('Without git', () => {
  test('the simulator says that it needs it', async () => {
    const server = await startGitServer({ binary: 'no-such-git' })
    const { status, text } = await call(server, `acme/docs/${ADVERTISE}`)
    expect([status, text]).toEqual([
      501,
      'The simulator needs git to serve git over HTTP, and found none on its PATH.',
    ])
    expect((await call(server, `acme/docs/${ADVERTISE}`)).status).toBe(501)
    expect((await call(server, `acme/api/${ADVERTISE}`)).status).toBe(401)
  })
})
