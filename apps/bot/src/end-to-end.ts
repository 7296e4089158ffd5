import { createGitHubAuth, type GitHubAuth, pemKey } from '@hubauth/core'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BotEnvironment } from './bot-environment.ts'

/** A bot that listens. */
export interface RunningBot {
  /** Where it takes deliveries. */
  readonly webhooks: string
  close(): Promise<unknown>
}

/** Puts a bot into its server, on a free port of this machine. */
export type StartBot = (environment: BotEnvironment) => Promise<RunningBot>

interface Comment {
  readonly body: string
  readonly user: { readonly login: string }
}

/** What every bot must do, told by a GitHub that sends what happens there. Registered with vitest. */
export function describeBot(name: string, start: StartBot): void {
  describe(`the bot on ${name}`, () => {
    let github: Simulator
    let auth: GitHubAuth
    let bot: RunningBot

    beforeAll(async () => {
      github = await startSimulator({
        app: {
          slug: 'thankful',
          permissions: { issues: 'write' },
          events: ['issues'],
          // Apps without an address have no hook; the bot's own is told below, when it is known.
          webhookUrl: 'http://127.0.0.1:1/',
        },
        accounts: [
          { login: 'octocat', type: 'User' },
          {
            login: 'acme',
            repositories: [{ name: 'api', private: true, collaborators: { octocat: 'read' } }],
            installation: {},
          },
        ],
      })
      const { clientId, privateKey, webhookSecret } = github.app
      auth = createGitHubAuth({ appId: clientId, key: pemKey(privateKey), baseUrl: github.url })
      bot = await start({
        GITHUB_APP_ID: clientId,
        GITHUB_PRIVATE_KEY: privateKey,
        GITHUB_WEBHOOK_SECRET: webhookSecret,
        GITHUB_API_URL: github.url,
      })
      const body = JSON.stringify({ url: bot.webhooks, content_type: 'json' })
      const configured = await auth.app.fetch('/app/hook/config', { method: 'PATCH', body })
      expect(configured.status).toBe(200)
    }, 60_000)

    afterAll(async () => {
      await bot?.close()
      await github?.close()
    })

    /** Opens an issue as a user would, and waits until the app was told. Returns its number. */
    async function openIssue(): Promise<number> {
      const response = await fetch(`${github.url}/repos/acme/api/issues`, {
        method: 'POST',
        headers: { authorization: `Bearer ${github.createPersonalAccessToken('octocat')}` },
        body: JSON.stringify({ title: 'It rains' }),
      })
      expect(response.status).toBe(201)
      await github.settled()
      return ((await response.json()) as { number: number }).number
    }

    async function comments(issue: number): Promise<readonly Comment[]> {
      const path = `/repos/acme/api/issues/${issue}/comments`
      return (await (await auth.installation({ owner: 'acme' }).fetch(path)).json()) as Comment[]
    }

    it('thanks whoever opens an issue, as the app', async () => {
      const issue = await openIssue()
      expect(github.deliveries.at(-1)).toMatchObject({ event: 'issues', action: 'opened', statusCode: 200 })
      expect(await comments(issue)).toMatchObject([
        { body: 'Thank you, @octocat. We will look into it.', user: { login: 'thankful[bot]' } },
      ])
    })

    it('thanks once, however often the delivery comes', async () => {
      const issue = await openIssue()
      await github.redeliver(github.deliveries.at(-1)?.id ?? 0)
      expect(github.deliveries.at(-1)).toMatchObject({ redelivery: true, statusCode: 200 })
      expect(await comments(issue)).toHaveLength(1)
    })

    it('does nothing for a delivery that was tampered with', async () => {
      const issue = await openIssue()
      const result = await github.deliver({
        event: 'issues',
        action: 'opened',
        payload: {
          repository: { id: 1, name: 'api', full_name: 'acme/api', owner: { login: 'acme' } },
          sender: { id: 7, login: 'octocat', type: 'User' },
          issue: { number: issue },
        },
        installation: 'acme',
        url: bot.webhooks,
        tamper: 'body',
      })
      expect(result.status).toBe(401)
      expect(await comments(issue)).toHaveLength(1)
    })

    it('says 500 and no word of the reason when GitHub refuses the comment, and handles the redelivery', async () => {
      const fault = github.fail({
        method: 'POST',
        route: '/repos/:owner/:repo/issues/:issue_number/comments',
        response: { status: 422, body: '{"message":"spammed"}' },
      })
      const issue = await openIssue()
      fault.remove()
      const failed = github.deliveries.at(-1)
      expect(failed).toMatchObject({ statusCode: 500 })
      expect(await comments(issue)).toEqual([])
      await github.redeliver(failed?.id ?? 0)
      expect(github.deliveries.at(-1)).toMatchObject({ redelivery: true, statusCode: 200 })
      expect(await comments(issue)).toHaveLength(1)
    })
  })
}
