import { exchange } from '../conformance/http-exchange.ts'
import { at, defined, jwtOf, told, type World } from './create-world.ts'
import type { ModelApp, ModelInstallation, ModelInstallationToken, ModelKey, Oracle } from './oracle.ts'
import { type ChangeOf, NAMES } from './world.ts'

/** An app asks for a token. @throws {Error} when it does not get what the oracle says. */
export async function mint(world: World, change: ChangeOf<'mint'>): Promise<string | undefined> {
  const { github, oracle } = world
  if (oracle.installations.length === 0) return undefined
  const { installation, app, key } = mintTarget(oracle, change)
  const names = change.repositories?.map((index) => nameIn(installation, index))
  const repositories = names?.map((name) =>
    installation.account.repositories.find((repository) => repository.name === name),
  )
  const wanted = defined(change.permissions ?? {})
  const permissions = Object.keys(wanted).length === 0 ? undefined : wanted
  const expected = oracle.mint({ installation, app, key }, { repositories, permissions })
  const answer = await exchange(github.url, `POST /app/installations/${installation.id}/access_tokens`, {
    headers: { 'user-agent': 'properties', authorization: `Bearer ${jwtOf(world, app, key)}` },
    body: JSON.stringify({ repositories: names, permissions }),
  })
  const scope = `${names ?? 'everything'} with ${JSON.stringify(permissions ?? 'all permissions')}`
  const story = `a mint by ${app.slug} on ${told(installation)} for ${scope}`
  if (answer.status !== expected) throw new Error(`${story}: expected ${expected}, got ${answer.status}`)
  if (expected !== 201) return `${story} is refused: ${expected}`
  const granted =
    permissions === undefined ? installation.permissions : { metadata: 'read' as const, ...permissions }
  const token: ModelInstallationToken = {
    kind: 'installation',
    label: `T${oracle.tokens.length + 1}`,
    value: answer.json.token,
    installation,
    scope: repositories === undefined ? 'all' : new Set(repositories.filter((found) => found !== undefined)),
    permissions: granted,
    expiresAt: Date.parse(answer.json.expires_at),
    revoked: false,
  }
  if (JSON.stringify(sorted(answer.json.permissions)) !== JSON.stringify(sorted(granted)))
    throw new Error(`${story}: got the permissions ${JSON.stringify(answer.json.permissions)}`)
  if (!oracle.plausibleExpiry(token)) throw new Error(`${story}: expires at ${answer.json.expires_at}`)
  oracle.tokens.push(token)
  return `${token.label}: ${story}`
}

function mintTarget(
  { apps, installations }: Oracle,
  { installation: index, key }: ChangeOf<'mint'>,
): { installation: ModelInstallation; app: ModelApp; key: ModelKey } {
  // One in eight asks about any installation there ever was, one in ten comes with the JWT of any app.
  const alive = installations.filter(({ deleted }) => !deleted)
  const installation = at(alive.length === 0 || index % 8 === 0 ? installations : alive, index)
  const app = key % 10 === 0 ? at(apps, index) : installation.app
  return { installation, app, key: at(app.keys, key) }
}

/** A user lets an app act, or makes a token of their own. */
export function authorize({ github, oracle }: World, change: ChangeOf<'authorize'>): string {
  const user = at(oracle.users, change.user)
  const app = change.personal ? undefined : at(oracle.apps, change.app)
  const label = `T${oracle.tokens.length + 1}`
  const { accessToken, expiresAt } =
    app === undefined
      ? { accessToken: github.createPersonalAccessToken(user.login), expiresAt: undefined }
      : github.authorize({ login: user.login, app: app.slug })
  oracle.tokens.push({ kind: 'user', label, value: accessToken, user, app, expiresAt, revoked: false })
  return `${label}: ${app?.slug ?? 'a personal access token'} acts for ${user.login}`
}

/** A user takes back what an app may do. */
export function endAuthorization({ github, oracle }: World, change: ChangeOf<'end authorization'>): string {
  const [user, app] = [at(oracle.users, change.user), at(oracle.apps, change.app)]
  github.revokeAuthorization(user.login, { app: app.slug })
  for (const token of oracle.tokens)
    if (token.kind === 'user' && token.user === user && token.app === app) token.revoked = true
  return `${user.login} lets ${app.slug} act no more`
}

/** A token ends, by its own wish or by its owner's. @throws {Error} when it gets another answer than the oracle's. */
export async function revoke(
  { github, oracle }: World,
  { token: index, byItself }: ChangeOf<'revoke'>,
): Promise<string | undefined> {
  if (oracle.tokens.length === 0) return undefined
  const token = at(oracle.tokens, index)
  const refused = oracle.refusal(token)
  if (!byItself || token.kind === 'user') {
    github.revokeToken(token.value)
    token.revoked = true
    return `${token.label} is revoked`
  }
  const { status } = await exchange(github.url, 'DELETE /installation/token', {
    headers: { 'user-agent': 'properties', authorization: `Bearer ${token.value}` },
  })
  const expected = refused ?? 204
  if (status !== expected)
    throw new Error(`${token.label} revokes itself: expected ${expected}, got ${status}`)
  if (refused === undefined) token.revoked = true
  return `${token.label} revokes itself: ${status}`
}

/** Mostly a repository of the account; now and then a name that it may not have. */
function nameIn({ account: { repositories } }: ModelInstallation, index: number): string {
  return index % 7 === 0 || repositories.length === 0 ? at(NAMES, index) : at(repositories, index).name
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).toSorted(([left], [right]) => (left < right ? -1 : 1))
}
