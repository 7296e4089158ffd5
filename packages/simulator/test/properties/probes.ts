import { type Answer, exchange } from '../conformance/http-exchange.ts'
import { at, jwtOf, type World } from './create-world.ts'
import { judgeInstallationList, judgeUserLists } from './list-probes.ts'
import { fullName, type ModelRepository, type ModelToken } from './oracle.ts'
import type { Probe } from './world.ts'

/** Puts a question to the GitHub and holds its answer against the oracle's. Returns the story of a difference. */
export function judge(world: World, probe: Probe): Promise<string | undefined> {
  switch (probe.kind) {
    case 'issues':
      return judgeIssues(world, probe)
    case 'list':
      return judgeList(world, probe)
    case 'lookup':
      return judgeLookup(world, probe)
  }
}

/** Every token there ever was, and nobody, on every repository, for reading and for writing. */
export function everything({ oracle }: World): Probe[] {
  const tokens = [...Array(oracle.tokens.length + 1).keys()]
  const names = [...Array(oracle.names.size).keys()]
  const issues = tokens.flatMap((token) =>
    names.flatMap((name) => [
      { kind: 'issues' as const, token, name, own: false, byId: false, action: 'read' as const },
      { kind: 'issues' as const, token, name, own: false, byId: name % 2 === 0, action: 'write' as const },
    ]),
  )
  return [...issues, ...tokens.map((token) => ({ kind: 'list' as const, token }))]
}

async function judgeIssues(world: World, probe: Probe & { kind: 'issues' }): Promise<string | undefined> {
  const { github, oracle } = world
  const token = tokenOf(world, probe.token)
  const name = probe.own ? nameOfOwn(world, token, probe.name) : nameOfAny(world, probe.name)
  const resolved = oracle.resolve(name)
  if (resolved === undefined) return undefined
  const { repository } = resolved
  const path = probe.byId ? `/repositories/${repository.id}/issues` : `/repos/${name}/issues`
  const expected = oracle.access(token, repository, probe.action)
  const asker = { token, action: probe.action }
  const first = await askIssues(github.url, path, asker)
  const answer = first.headers.location?.includes('/repositories/')
    ? await followed(github.url, { first, repository, asker })
    : first
  const who = `${token?.label ?? 'nobody'} ${probe.action}s ${path} (${fullName(repository)})`
  if (answer === undefined) return `${who}: redirected elsewhere, to ${first.headers.location}`
  // Where a private repository went is nothing to tell those who do not reach it.
  if (answer !== first && expected === 404) return `${who}: expected 404, got a redirect`
  if (answer !== first && (!resolved.moved || probe.byId)) return `${who}: redirected for no reason`
  if (answer === first && resolved.moved && !probe.byId && expected < 300)
    return `${who}: expected a redirect, got ${answer.status}`
  if (answer.status !== expected) return `${who}: expected ${expected}, got ${answer.status} ${answer.text}`
  if (expected === 200 && answer.json.length < 1) return `${who}: got no issues`
  return undefined
}

/** A repository of the account that a token was minted on, as long as it has one. */
function nameOfOwn(world: World, token: ModelToken | undefined, index: number): string {
  const own = token?.kind === 'installation' ? token.installation.account.repositories : []
  return own.length === 0 ? nameOfAny(world, index) : fullName(at(own, index))
}

/** Names of today and names of the past. */
function nameOfAny({ oracle }: World, index: number): string {
  return at([...oracle.names.keys()], index)
}

/** 0 is nobody, and so is every number before there are tokens. */
function tokenOf({ oracle }: World, index: number): ModelToken | undefined {
  return oracle.tokens[(index % (oracle.tokens.length + 1)) - 1]
}

function askIssues(
  url: string,
  path: string,
  { token, action }: { token: ModelToken | undefined; action: 'read' | 'write' },
): Promise<Answer> {
  return exchange(url, `${action === 'read' ? 'GET' : 'POST'} ${path}`, {
    headers: headersOf(token?.value),
    ...(action === 'write' ? { body: '{"title":"Probe"}' } : {}),
  })
}

async function followed(
  url: string,
  {
    first,
    repository,
    asker,
  }: {
    first: Answer
    repository: ModelRepository
    asker: Parameters<typeof askIssues>[2]
  },
): Promise<Answer | undefined> {
  const path = `/repositories/${repository.id}/issues`
  const status = asker.action === 'read' ? 301 : 307
  if (first.status < 300) return first
  if (first.status !== status || first.headers.location !== url + path) return undefined
  return askIssues(url, path, asker)
}

async function judgeList(world: World, probe: Probe & { kind: 'list' }): Promise<string | undefined> {
  const token = tokenOf(world, probe.token)
  if (token === undefined) return undefined
  return token.kind === 'user'
    ? judgeUserLists(world, token, probe.token)
    : judgeInstallationList(world, token)
}

async function judgeLookup(world: World, probe: Probe & { kind: 'lookup' }): Promise<string | undefined> {
  const { github, oracle } = world
  const app = at(oracle.apps, probe.app)
  const key = app.keys.find(({ deleted }) => !deleted)
  if (key === undefined) return undefined
  const headers = headersOf(jwtOf(world, app, key))
  const ask = (path: string): Promise<Answer> => exchange(github.url, `GET ${path}`, { headers })
  if (probe.of === 'account') {
    const account = at(oracle.accounts, probe.name)
    const { status, json } = await ask(`/orgs/${account.login}/installation`)
    const expected = oracle.installationOf(app, account)?.id
    return compared(`${app.slug} looks up ${account.login}`, { status, id: json.id, expected })
  }
  const name = nameOfAny(world, probe.name)
  const resolved = oracle.resolve(name)
  if (resolved === undefined) return undefined
  const installation = oracle.installationOf(app, resolved.repository.owner)
  const covered = installation !== undefined && oracle.covers(installation, resolved.repository)
  const expected = covered ? installation.id : undefined
  const first = await ask(`/repos/${name}/installation`)
  const moved = resolved.moved && expected !== undefined
  if (moved !== (first.status === 301))
    return `${app.slug} looks up ${name}: ${moved ? 'expected a redirect, ' : ''}got ${first.status}`
  const { status, json } = moved ? await ask(String(first.headers.location).replace(github.url, '')) : first
  return compared(`${app.slug} looks up ${name}`, { status, id: json.id, expected })
}

function compared(
  who: string,
  { status, id, expected }: { status: number; id: unknown; expected: number | undefined },
): string | undefined {
  if (expected === undefined) return status === 404 ? undefined : `${who}: expected 404, got ${status}`
  if (status === 200 && id === expected) return undefined
  return `${who}: expected installation ${expected}, got ${status} with ${id}`
}

function headersOf(credential: string | undefined): Record<string, string> {
  return {
    'user-agent': 'properties',
    ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
  }
}
