import { userResource } from '../resources/account-resource.ts'
import type { Account } from '../state/entities.ts'
import type { QuerySession } from './query-session.ts'

type NodeObject = Readonly<Record<string, unknown>>

/** GitHub's `User`, `Organization` or `Bot`. */
export function accountNode(account: Account, { urls }: QuerySession): NodeObject {
  const { node_id: id, html_url: url } = userResource(account, urls)
  const { type, id: databaseId, name, email } = account
  // REST calls a bot `slug[bot]`, GraphQL only `slug`.
  const login = type === 'Bot' ? account.login.replace(/\[bot\]$/, '') : account.login
  return {
    __typename: type,
    id,
    databaseId,
    login,
    url,
    name,
    email: type === 'User' ? (email ?? '') : email,
  }
}

/** Who asks, as GitHub's `viewer`: a user, also when it is the bot of an app, which then has its whole name. */
export function viewerNode(session: QuerySession, account: Account): NodeObject {
  return { ...accountNode(account, session), login: account.login, email: account.email ?? '' }
}
