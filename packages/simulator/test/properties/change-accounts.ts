import { at, learnRepository, type World } from './create-world.ts'
import { fullName, type ModelAccount, type ModelRepository } from './oracle.ts'
import type { ChangeOf } from './world.ts'

/** A repository comes into being. */
export async function addRepository(
  world: World,
  change: ChangeOf<'add repository'>,
): Promise<string | undefined> {
  const { github, oracle } = world
  const owner = at(oracle.accounts, change.account)
  const { name, private: isPrivate } = change
  if (hasRepository(owner, name)) return undefined
  github.addRepository(owner.login, { name, private: isPrivate, issues: [{ title: 'First' }] })
  await learnRepository(world, { owner, name, isPrivate })
  return `${owner.login}/${name} is new${isPrivate ? ' (private)' : ''}`
}

/** A repository gets another name. */
export function renameRepository(
  { github, oracle }: World,
  { repository: index, name }: ChangeOf<'rename repository'>,
): string | undefined {
  const repository = at(oracle.repositories, index)
  if (hasRepository(repository.owner, name)) return undefined
  const before = fullName(repository)
  github.renameRepository(before, name)
  repository.name = name
  oracle.recordNames()
  return `${before} is now called ${name}`
}

/** A repository changes hands, and perhaps comes back. */
export function transferRepository(
  world: World,
  { repository: index, account, andBack }: ChangeOf<'transfer repository'>,
): string | undefined {
  const { oracle } = world
  const repository = at(oracle.repositories, index)
  const [before, from, to] = [fullName(repository), repository.owner, at(oracle.accounts, account)]
  if (from === to || hasRepository(to, repository.name)) return undefined
  transfer(world, repository, to)
  if (andBack) transfer(world, repository, from)
  return `${before} is transferred to ${to.login}${andBack ? ' and back' : ''}`
}

// Whoever installed an app on chosen repositories of the old owner did not choose this one again when it comes back.
function transfer({ github, oracle }: World, repository: ModelRepository, owner: ModelAccount): void {
  github.transferRepository(fullName(repository), owner.login)
  const { repositories } = repository.owner
  repositories.splice(repositories.indexOf(repository), 1)
  repository.owner = owner
  owner.repositories.push(repository)
  for (const installation of oracle.installations)
    if (installation.selection !== 'all')
      installation.selection = new Set([...installation.selection].filter((kept) => kept !== repository))
  oracle.recordNames()
}

/** An account gets another login. */
export function renameAccount(
  { github, oracle }: World,
  change: ChangeOf<'rename account'>,
): string | undefined {
  const account = at(oracle.accounts, change.account)
  if (oracle.accounts.some(({ login }) => login === change.login)) return undefined
  const before = account.login
  github.renameAccount(before, change.login)
  account.login = change.login
  oracle.recordNames()
  return `${before} is now ${change.login}`
}

/** A user joins an organization. */
export function addMember({ github, oracle }: World, change: ChangeOf<'add member'>): string {
  const [user, account] = [at(oracle.users, change.user), at(oracle.accounts, change.account)]
  github.addMember(account.login, { login: user.login })
  user.memberOf.add(account)
  return `${user.login} is a member of ${account.login}`
}

function hasRepository({ repositories }: ModelAccount, wanted: string): boolean {
  return repositories.some(({ name }) => name === wanted)
}
