import type { Account, Repository, RepositoryRole } from './entities.ts'

const RANK: Readonly<Record<RepositoryRole, number>> = { read: 1, write: 2, admin: 3 }
/** The base permission that organizations give their members unless they say otherwise. */
const MEMBER_ROLE: RepositoryRole = 'read'

/** What a user may do in a repository by ownership, membership or invitation; undefined when there is none of them. */
export function repositoryRole(
  user: Account,
  { owner, collaborators }: Repository,
): RepositoryRole | undefined {
  if (owner === user) return 'admin'
  const membership = owner.members.get(user)
  if (membership === 'admin') return 'admin'
  const invited = collaborators.get(user)
  if (membership === undefined) return invited
  return invited !== undefined && RANK[invited] > RANK[MEMBER_ROLE] ? invited : MEMBER_ROLE
}

/** Whether a role includes another one. */
export function includesRole(held: RepositoryRole | undefined, wanted: RepositoryRole): boolean {
  return held !== undefined && RANK[held] >= RANK[wanted]
}

/** Whether a user owns an account: it is the user's own, or an organization that the user administers. */
export function ownsAccount(user: Account, account: Account): boolean {
  return user === account || account.members.get(user) === 'admin'
}
