import type { AppSeed, Simulator } from '../../src/index.ts'
import { ACCOUNTS, call, startTestGitHub, tokenFor } from './test-github.ts'
import { type Receiver, startReceiver } from './webhook-receiver.ts'

export const EVENTS = ['issues', 'issue_comment', 'push', 'repository']

/** A GitHub with one app that hears of everything, and what it heard. */
export async function listening(app: AppSeed = {}): Promise<{ github: Simulator; receiver: Receiver }> {
  const receiver = await startReceiver()
  const github = await startTestGitHub({
    app: { webhookUrl: receiver.url, events: EVENTS, ...app },
    accounts: [
      ...ACCOUNTS,
      { login: 'bob', type: 'User', repositories: [{ name: 'dotfiles' }], installation: {} },
      { login: 'mega', type: 'Enterprise', installation: {} },
    ],
  })
  return { github, receiver }
}

export type Act = (github: Simulator) => unknown

export async function api(
  github: Simulator,
  endpoint: string,
  body: unknown,
  account = 'acme',
): Promise<void> {
  const { status, json } = await call(github, endpoint, { auth: await tokenFor(github, account), body })
  if (status >= 300) throw new Error(`${endpoint}: ${status} ${JSON.stringify(json)}`)
}
