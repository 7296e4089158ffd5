import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { createGitHubAuth, type GitHubAuth, pemKey } from '@hubauth/core'
import { createApp } from '@hubauth/express-bot'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { recordedIssue } from './recorded-issue.ts'
import { Story } from './story.ts'

const ORGANIZATIONS = ['octocoders', 'octo-org']
const REPOSITORY = 'hello-world'

const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })
const story = new Story()

const github = await startSimulator({
  app: { slug: 'thankful', permissions: { issues: 'write' }, events: ['issues'] },
  accounts: ORGANIZATIONS.map((login) => ({
    login,
    repositories: [
      { name: REPOSITORY, private: true, issues: [{ title: 'Spelling error in the README file' }] },
    ],
    installation: {},
  })),
})
const auth = createGitHubAuth({
  appId: github.app.clientId,
  key: pemKey(github.app.privateKey),
  baseUrl: github.url,
})
const server = await listen(createApp(auth, github.app.webhookSecret).listen(0, '127.0.0.1'))
const webhooks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/github/webhooks`

story.chapter('A GitHub, an app, a server')
story.step('the simulator is up', true, github.url)
story.step(
  'the app has a fresh RSA key, as PKCS#1',
  github.app.privateKey.startsWith('-----BEGIN RSA'),
  github.app.privateKeyFingerprint,
)
story.step(
  'it is installed on two organizations',
  github.installations.length === 2,
  github.installations.map(({ account, id }) => `${account} (${id})`).join(', '),
)
story.step('Express receives its webhooks', server.listening, webhooks)

await answerDeliveries(github, auth)
await refuseWhatIsNotTrue(github, auth)
await keepToTheScope(auth)
await replaceRevokedToken(github, auth)

const exitCode = story.end()
if (values.serve && exitCode === 0) {
  console.log(
    `\nStill up, until you press Ctrl+C:\n  GitHub API  ${github.url}\n  webhooks    ${webhooks}\n  health      ${new URL('/healthz', webhooks)}`,
  )
} else {
  server.close()
  await github.close()
  process.exitCode = exitCode
}

async function answerDeliveries(github: Simulator, auth: GitHubAuth): Promise<void> {
  story.chapter('Recorded deliveries, answered as the installation')
  for (const organization of ORGANIZATIONS) {
    const { status, durationMs } = await deliverIssue(github, organization)
    story.step(
      `an opened issue of ${organization} is handled`,
      status === 200,
      `${status} in ${Math.round(durationMs)} ms`,
    )
    const [comment] = await comments(auth, organization)
    story.step(
      'the comment is there',
      comment?.user.login === 'thankful[bot]',
      `${comment?.user.login}: ${comment?.body}`,
    )
  }
  await deliverIssue(github, ORGANIZATIONS[0] ?? '')
  story.step('one JWT was signed for all of it', github.jwts === 1, `${github.jwts} seen by GitHub`)
  story.step(
    'one token was minted for each installation, and reused',
    github.mints === 2,
    `${github.mints} minted, ${github.count()} requests`,
  )
}

async function refuseWhatIsNotTrue(github: Simulator, auth: GitHubAuth): Promise<void> {
  story.chapter('Deliveries that must not be handled')
  const organization = ORGANIZATIONS[1] ?? ''
  const before = (await comments(auth, organization)).length
  const tampered = await deliverIssue(github, organization, { tamper: 'body' })
  story.step(
    'a tampered delivery is refused',
    tampered.status === 401,
    `${tampered.status} ${codeOf(tampered.body)}`,
  )
  const first = await deliverIssue(github, organization)
  const again = await deliverIssue(github, organization, { id: first.guid })
  story.step(
    'a duplicate is dropped',
    again.status === 200 && again.body.includes('duplicate'),
    `${again.status} ${again.body}`,
  )
  const after = (await comments(auth, organization)).length
  story.step(
    'of the three, one was handled',
    after === before + 1,
    `${before} comments before, ${after} after`,
  )
}

async function keepToTheScope(auth: GitHubAuth): Promise<void> {
  story.chapter('Least privilege')
  const owner = ORGANIZATIONS[0] ?? ''
  const reader = auth.installation({ owner, repositories: [REPOSITORY], permissions: { issues: 'read' } })
  const token = await reader.token()
  story.step(
    'a token can be narrowed',
    token.permissions.issues === 'read',
    JSON.stringify(token.permissions),
  )
  const path = `/repos/${owner}/${REPOSITORY}/issues/1/comments`
  const read = await reader.fetch(path)
  story.step('it reads', read.status === 200, String(read.status))
  const written = await reader.fetch(path, {
    method: 'POST',
    body: JSON.stringify({ body: 'I should not.' }),
  })
  const { message } = (await written.json()) as { message: string }
  story.step(
    'it does not write',
    written.status === 403,
    `${written.status} ${message} (needs ${written.headers.get('x-accepted-github-permissions')})`,
  )
}

async function replaceRevokedToken(github: Simulator, auth: GitHubAuth): Promise<void> {
  story.chapter('A token that dies early')
  const octocoders = auth.installation({ owner: ORGANIZATIONS[0] ?? '' })
  const { value } = await octocoders.token()
  const mints = github.mints
  github.revokeToken(value)
  const response = await octocoders.fetch('/installation/repositories')
  story.step(
    'a revoked token is replaced, once',
    response.ok && github.mints === mints + 1,
    `${response.status}, ${github.mints - mints} minted`,
  )
  story.step(
    'nothing prints a token',
    !`${await octocoders.token()}`.includes('ghs_'),
    String(await octocoders.token()),
  )
}

function deliverIssue(
  github: Simulator,
  organization: string,
  options: { tamper?: 'body'; id?: string } = {},
) {
  const payload = recordedIssue(organization, REPOSITORY)
  return github.deliver({ event: 'issues', payload, installation: organization, url: webhooks, ...options })
}

async function comments(
  auth: GitHubAuth,
  owner: string,
): Promise<readonly { body: string; user: { login: string } }[]> {
  const response = await auth.installation({ owner }).fetch(`/repos/${owner}/${REPOSITORY}/issues/1/comments`)
  return (await response.json()) as { body: string; user: { login: string } }[]
}

function codeOf(body: string): string {
  return (JSON.parse(body) as { error: { code: string } }).error.code
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve(server))
    server.once('error', reject)
  })
}
