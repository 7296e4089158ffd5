import type { RepositorySeed } from '../options.ts'
import { MEMBER, NEW_ACCOUNT } from '../schema/method-schemas.ts'
import { object, required } from '../schema/object-schema.ts'
import { LOGIN, REPOSITORY, REPOSITORY_NAME } from '../schema/options-schema.ts'
import { text } from '../schema/schema.ts'
import { type Command, command } from './command.ts'

const FULL_NAME = required(
  text({ pattern: /^[^/]+\/[^/]+$/, what: 'owner/name' }),
  'The owner and the name: acme/api.',
)

/** Who exists, and what it is called. */
export const ACCOUNT_COMMANDS: Readonly<Record<string, Command>> = {
  addAccount: command('Adds a user, an organization or an enterprise.', NEW_ACCOUNT, (github, account) =>
    github.addAccount(account),
  ),
  addRepository: command(
    'Adds a repository to an account.',
    object<{ owner: string; repository: RepositorySeed }>({
      owner: required(LOGIN),
      repository: required(REPOSITORY),
    }),
    (github, { owner, repository }) => github.addRepository(owner, repository),
  ),
  addMember: command(
    'Makes a user a member of an organization, or changes the role.',
    object<{ organization: string; member: { login: string; role?: 'admin' | 'member' } }>({
      organization: required(LOGIN),
      member: required(MEMBER),
    }),
    (github, { organization, member }) => github.addMember(organization, member),
  ),
  createPersonalAccessToken: command(
    'Returns a classic personal access token of a user, with every scope.',
    object<{ login: string }>({ login: required(LOGIN) }),
    (github, { login }) => github.createPersonalAccessToken(login),
  ),
  renameRepository: command(
    'Renames a repository. The old name redirects.',
    object<{ fullName: string; name: string }>({ fullName: FULL_NAME, name: required(REPOSITORY_NAME) }),
    (github, { fullName, name }) => github.renameRepository(fullName, name),
  ),
  transferRepository: command(
    'Gives a repository to another account. The old address redirects.',
    object<{ fullName: string; owner: string }>({ fullName: FULL_NAME, owner: required(LOGIN) }),
    (github, { fullName, owner }) => github.transferRepository(fullName, owner),
  ),
  renameAccount: command(
    'Renames an account. Its repositories redirect; the old login is free.',
    object<{ login: string; newLogin: string }>({ login: required(LOGIN), newLogin: required(LOGIN) }),
    (github, { login, newLogin }) => github.renameAccount(login, newLogin),
  ),
}
