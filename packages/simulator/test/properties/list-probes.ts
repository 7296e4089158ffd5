import { type Answer, exchange } from '../conformance/http-exchange.ts'
import { at, type World } from './create-world.ts'
import { fullName, type ModelInstallationToken, type ModelRepository, type ModelUserToken } from './oracle.ts'

/** What an installation token says it reaches. Returns the story of a difference. */
export async function judgeInstallationList(
  { github, oracle }: World,
  token: ModelInstallationToken,
): Promise<string | undefined> {
  const answer = await get(github.url, '/installation/repositories', token.value)
  const reached = oracle.repositories.filter((repository) => oracle.reaches(token, repository))
  return compared(`${token.label} lists its repositories`, answer, {
    status: oracle.refusal(token) ?? 200,
    names: reached.map(fullName),
  })
}

/** What a user finds through an app: the installations they know of, and in each what both reach. */
export async function judgeUserLists(
  { github, oracle }: World,
  token: ModelUserToken,
  index: number,
): Promise<string | undefined> {
  const refused = oracle.refusal(token) ?? (token.app === undefined ? 403 : undefined)
  const seen = oracle.installations.filter((installation) => oracle.knows(token, installation))
  const listed = await get(github.url, '/user/installations', token.value)
  const difference = compared(`${token.label} lists installations`, listed, {
    status: refused ?? 200,
    names: seen.map(({ id }) => String(id)),
  })
  if (difference !== undefined || oracle.installations.length === 0) return difference
  const installation = at(oracle.installations, index)
  const path = `/user/installations/${installation.id}/repositories`
  const missing = seen.includes(installation) ? undefined : 404
  const suspended = installation.suspended ? 403 : undefined
  return compared(`${token.label} gets ${path}`, await get(github.url, path, token.value), {
    status: refused ?? missing ?? suspended ?? 200,
    names: oracle.sharedWith(token.user, installation).map(fullName),
  })
}

function get(url: string, path: string, token: string): Promise<Answer> {
  return exchange(url, `GET ${path}?per_page=100`, {
    headers: { 'user-agent': 'properties', authorization: `Bearer ${token}` },
  })
}

function compared(
  who: string,
  { status, json }: Answer,
  expected: { status: number; names: readonly string[] },
): string | undefined {
  if (status !== expected.status) return `${who}: expected ${expected.status}, got ${status}`
  if (status !== 200) return undefined
  const items: readonly (Pick<ModelRepository, 'id'> & { full_name?: string })[] =
    json.repositories ?? json.installations
  const got = items.map(({ id, full_name: name }) => name ?? String(id)).toSorted()
  const wanted = expected.names.toSorted()
  if (got.join() === wanted.join() && json.total_count === wanted.length) return undefined
  return `${who}: expected [${wanted}], got [${got}] of ${json.total_count}`
}
