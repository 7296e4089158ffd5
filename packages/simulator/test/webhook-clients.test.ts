import type { RequestListener } from 'node:http'
import { App, createNodeMiddleware as createAppMiddleware } from '@octokit/app'
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks'
import { Octokit } from 'octokit'
import { expect, test } from 'vitest'
import { installationId, startTestGitHub } from './support/test-github.ts'
import { listen } from './support/webhook-receiver.ts'

const SECRET = 'shared with the receiver'

test('@octokit/webhooks verifies and parses what is sent, and refuses what is signed with another secret', async () => {
  const webhooks = new Webhooks({ secret: SECRET })
  const heard: unknown[] = []
  webhooks.onAny(({ id, name, payload }) => {
    heard.push([id, name, 'action' in payload ? payload.action : undefined])
  })
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const url = await listen(createNodeMiddleware(webhooks, { path: '/hook', log }))
  const github = await startTestGitHub({
    app: { webhookUrl: `${url}/hook`, webhookSecret: SECRET, events: ['repository'] },
  })
  github.failDeliveries({ fault: 'wrong-secret', event: 'ping' })
  github.ping()
  await github.settled()
  github.renameRepository('acme/api', 'core')
  await github.settled()
  expect(github.deliveries.map(({ statusCode }) => statusCode)).toEqual([400, 200])
  expect(heard).toEqual([[github.deliveries[1]?.guid, 'repository', 'renamed']])
})

test('An app of Octokit answers an issue as the installation that the webhook names', async () => {
  let middleware: RequestListener = (_request, response) => response.writeHead(500).end()
  const url = await listen((request, response) => middleware(request, response))
  const github = await startTestGitHub({
    clock: { now: Date.now },
    app: { webhookUrl: `${url}/api/github/webhooks`, webhookSecret: SECRET },
  })
  const app = new App({
    appId: github.app.id,
    privateKey: github.app.privateKey,
    webhooks: { secret: SECRET },
    oauth: { clientId: github.app.clientId, clientSecret: github.app.clientSecret },
    // It would wait seconds between requests that people are notified of.
    Octokit: Octokit.defaults({ baseUrl: github.url, throttle: { enabled: false } }),
  })
  middleware = createAppMiddleware(app)
  const installations: (number | undefined)[] = []
  app.webhooks.on('issues.opened', async ({ octokit, payload }) => {
    installations.push(payload.installation?.id)
    await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      owner: payload.repository.owner.login,
      repo: payload.repository.name,
      issue_number: payload.issue.number,
      body: `Hello @${payload.sender.login}`,
    })
  })
  const octokit = await app.getInstallationOctokit(installationId(github, 'acme'))
  const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues', {
    owner: 'acme',
    repo: 'api',
    title: 'Help',
  })
  await github.settled()
  expect(installations).toEqual([installationId(github, 'acme')])
  const comments = await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    owner: 'acme',
    repo: 'api',
    issue_number: data.number,
  })
  expect(comments.data.map(({ body }) => body)).toEqual([`Hello @${github.app.slug}[bot]`])
  expect(github.deliveries.map(({ event, statusCode }) => [event, statusCode]).toSorted()).toEqual([
    ['issue_comment', 200],
    ['issues', 200],
  ])
})
