import { parseArgs } from 'node:util'
import { createGitHubAuth, type GitHubAuth, pemKey } from '@hubauth/core'
import { type Simulator, startSimulator } from '@hubauth/simulator'
import { recordedIssue } from './recorded-issue.ts'
import { type BotServer, startServers } from './servers.ts'
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
  control: values.serve,
})
const { clientId, privateKey, webhookSecret } = github.app
const auth = createGitHubAuth({ appId: clientId, key: pemKey(privateKey), baseUrl: github.url })
const servers = await startServers({
  GITHUB_APP_ID: clientId,
  GITHUB_PRIVATE_KEY: privateKey,
  GITHUB_WEBHOOK_SECRET: webhookSecret,
  GITHUB_API_URL: github.url,
})

story.chapter('A GitHub, an app, three servers')
story.step('the simulator is up', true, github.url)
story.step(
  'the app has a fresh RSA key, as PKCS#1',
  privateKey.startsWith('-----BEGIN RSA'),
  github.app.privateKeyFingerprint,
)
story.step(
  'it is installed on two organizations',
  github.installations.length === 2,
  github.installations.map(({ account, id }) => `${account} (${id})`).join(', '),
)
for (const { framework, webhooks } of servers)
  story.step(`${framework} receives its webhooks`, true, webhooks)

for (const server of servers) await answerDeliveries(github, auth, server)
countTokens(github)
for (const server of servers) await refuseWhatIsNotTrue(github, auth, server)
await keepToTheScope(auth)
await replaceRevokedToken(github, auth)

const exitCode = story.end()
if (values.serve && exitCode === 0) {
  const addresses = [['GitHub API', github.url], ...servers.map((each) => [each.framework, each.webhooks])]
  console.log('\nStill up, until you press Ctrl+C:')
  for (const [name = '', url] of addresses) console.log(`  ${name.padEnd(10)}  ${url}`)
  for (const server of servers.slice(0, 1))
    console.log(
      `\nHave an issue opened, and see what becomes of it:\n\n  ${openIssueCommand(github, server)}\n`,
    )
} else {
  for (const server of servers) await server.close()
  await github.close()
  process.exitCode = exitCode
}

async function answerDeliveries(github: Simulator, auth: GitHubAuth, server: BotServer): Promise<void> {
  story.chapter(`Recorded deliveries, answered as the installation: ${server.framework}`)
  for (const organization of ORGANIZATIONS) {
    const before = (await comments(auth, organization)).length
    const { status, durationMs } = await deliverIssue(github, server, organization)
    story.step(
      `an opened issue of ${organization} is handled`,
      status === 200,
      `${status} in ${Math.round(durationMs)} ms`,
    )
    const [comment, ...more] = (await comments(auth, organization)).slice(before)
    story.step(
      'the comment is there',
      comment?.user.login === 'thankful[bot]' && more.length === 0,
      `${comment?.user.login}: ${comment?.body}`,
    )
  }
  await deliverIssue(github, server, ORGANIZATIONS[0] ?? '')
}

/** Nothing is shared between the servers here, nor with whoever reads the comments. */
function countTokens(github: Simulator): void {
  story.chapter('One of everything')
  const clients = servers.length + 1
  story.step(
    'each server, and this program, signed one JWT',
    github.jwts === clients,
    `${github.jwts} seen by GitHub`,
  )
  story.step(
    'each minted one token for each installation, and reused it',
    github.mints === clients * ORGANIZATIONS.length,
    `${github.mints} minted, ${github.count()} requests`,
  )
}

async function refuseWhatIsNotTrue(github: Simulator, auth: GitHubAuth, server: BotServer): Promise<void> {
  story.chapter(`Deliveries that must not be handled: ${server.framework}`)
  const organization = ORGANIZATIONS[1] ?? ''
  const before = (await comments(auth, organization)).length
  const tampered = await deliverIssue(github, server, organization, { tamper: 'body' })
  story.step(
    'a tampered delivery is refused',
    tampered.status === 401,
    `${tampered.status} ${codeOf(tampered.body)}`,
  )
  const first = await deliverIssue(github, server, organization)
  const again = await deliverIssue(github, server, organization, { id: first.guid })
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
  { webhooks }: BotServer,
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

/** A command that has the simulator send a delivery, signed and all. */
function openIssueCommand(github: Simulator, { webhooks: url }: BotServer): string {
  const [login = ''] = ORGANIZATIONS
  const repository = { id: 1, name: REPOSITORY, full_name: `${login}/${REPOSITORY}`, owner: { login } }
  const payload = { repository, issue: { number: 1 }, sender: { id: 1, login: 'you', type: 'User' } }
  const delivery = JSON.stringify({ event: 'issues', action: 'opened', installation: login, url, payload })
  return `curl -H 'content-type: application/json' -d '${delivery}' ${github.url}/_simulator/deliver`
}

function codeOf(body: string): string {
  return (JSON.parse(body) as { error: { code: string } }).error.code
}
