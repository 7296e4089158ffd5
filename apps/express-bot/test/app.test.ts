import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGitHubAuth, type GitHubAuth, pemKey } from '@hubauth/core'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApp } from '../src/app.ts'

let github: Simulator
let auth: GitHubAuth
let server: Server
let url: string

beforeAll(async () => {
  github = await startSimulator({
    app: { slug: 'thankful', permissions: { issues: 'write' } },
    accounts: [
      {
        login: 'acme',
        repositories: [{ name: 'api', private: true, issues: [{ title: 'It broke' }] }],
        installation: {},
      },
    ],
  })
  auth = createGitHubAuth({ appId: github.app.id, key: pemKey(github.app.privateKey), baseUrl: github.url })
  server = createApp(auth, github.app.webhookSecret).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.close()
  await github.close()
})

const issueOpened = {
  action: 'opened',
  repository: { id: 1, name: 'api', full_name: 'acme/api', owner: { login: 'acme' } },
  sender: { id: 7, login: 'octocat', type: 'User' },
  issue: { number: 1 },
}

async function comments(): Promise<readonly { body: string; user: { login: string } }[]> {
  const response = await auth.installation({ owner: 'acme' }).fetch('/repos/acme/api/issues/1/comments')
  return (await response.json()) as { body: string; user: { login: string } }[]
}

it('thanks whoever opened the issue, as the app', async () => {
  const result = await github.deliver({
    event: 'issues',
    payload: issueOpened,
    installation: 'acme',
    url: `${url}/github/webhooks`,
  })
  expect(result).toMatchObject({ status: 200, body: '{"status":"handled"}' })
  expect(await comments()).toMatchObject([
    { body: 'Thank you, @octocat. We will look into it.', user: { login: 'thankful[bot]' } },
  ])
})

it('does not comment for a delivery that was tampered with', async () => {
  const before = await comments()
  const result = await github.deliver({
    event: 'issues',
    payload: issueOpened,
    installation: 'acme',
    url: `${url}/github/webhooks`,
    tamper: 'body',
  })
  expect(result.status).toBe(401)
  expect(await comments()).toEqual(before)
})

it('answers 500 without a word of the reason when GitHub refuses the comment', async () => {
  const payload = { ...issueOpened, issue: { number: 404 } }
  const fault = github.fail({
    method: 'POST',
    route: '/repos/:owner/:repo/issues/:issue_number/comments',
    response: { status: 422, body: '{"message":"spammed"}' },
  })
  const result = await github.deliver({
    event: 'issues',
    payload,
    installation: 'acme',
    url: `${url}/github/webhooks`,
  })
  fault.remove()
  expect(result.status).toBe(500)
  expect(result.body).not.toContain('422')
})

it('keeps its other routes, which parse JSON as usual', async () => {
  const response = await fetch(`${url}/healthz`)
  expect(await response.json()).toEqual({ ok: true })
})
