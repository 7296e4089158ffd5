import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { createNodeMiddleware, createProbot } from 'probot'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Simulator } from '../../src/index.ts'
import { call, startTestGitHub } from '../support/test-github.ts'
import { listen } from '../support/webhook-receiver.ts'

/** What an operator of a Probot app sets for a GitHub Enterprise Server. */
function environment({ app, url }: Simulator): Record<string, string> {
  return {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: app.webhookSecret,
    GHE_HOST: new URL(url).host,
    GHE_PROTOCOL: 'http',
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'info',
  }
}

/** Opens an issue over the API as somebody else would, and returns the comments once all webhooks are answered. */
async function openIssue(github: Simulator): Promise<unknown[]> {
  const auth = github.createPersonalAccessToken('monalisa')
  const opened = await call(github, 'POST /repos/acme/docs/issues', { auth, body: { title: 'Help' } })
  expect(opened.status).toBe(201)
  await github.settled()
  const path = `/repos/acme/docs/issues/${opened.json.number}/comments`
  const { json } = await call(github, `GET ${path}`, { auth })
  return json.map(({ body, user }: { body: string; user: { login: string } }) => [user.login, body])
}

describe('Probot answers an issue that is opened over the API', () => {
  test('in this process', async () => {
    let middleware: RequestListener = (_request, response) => response.writeHead(500).end()
    const home = await listen((request, response) => middleware(request, response))
    const github = await startTestGitHub({
      clock: { now: Date.now },
      app: { webhookUrl: `${home}/api/github/webhooks` },
    })
    const probot = createProbot({ env: { ...environment(github), LOG_LEVEL: 'fatal' } })
    middleware = await createNodeMiddleware(
      (app) => {
        app.on('issues.opened', async (context) => {
          await context.octokit.rest.issues.createComment(
            context.issue({ body: `Hello, ${context.payload.sender.login}` }),
          )
        })
      },
      { probot },
    )
    expect(await openIssue(github)).toEqual([[github.app.bot.login, 'Hello, monalisa']])
    expect(github.deliveries.map(({ statusCode }) => statusCode)).toEqual([200, 200])
  })

  test('in a process of its own, run by its own command', async () => {
    const port = await freePort()
    const github = await startTestGitHub({
      clock: { now: Date.now },
      app: { webhookUrl: `http://127.0.0.1:${port}/api/github/webhooks` },
    })
    await startProbot({ ...environment(github), HOST: '127.0.0.1', PORT: String(port) })
    expect(await openIssue(github)).toEqual([[github.app.bot.login, 'Seen by the process']])
    expect(github.deliveries.map(({ statusCode }) => statusCode)).toEqual([200, 200])
  })
})

// Probot takes a port of 0 for none given.
async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Runs `probot run` on an app that comments on issues, until the test ends. Resolves when it listens. */
async function startProbot(environment: Readonly<Record<string, string>>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'probot-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(
    join(folder, 'app.js'),
    `export default (app) => app.on('issues.opened', (context) =>
      context.octokit.rest.issues.createComment(context.issue({ body: 'Seen by the process' })))`,
  )
  const command = join(dirname(createRequire(import.meta.url).resolve('probot')), '../bin/probot.js')
  const child = spawn(process.execPath, [command, 'run', './app.js'], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  for await (const line of createInterface(child.stdout)) if (line.includes('Listening on')) break
  child.stdout.resume()
}
