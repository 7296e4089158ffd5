import type { Clock } from '../clock.ts'
import { Accounts } from './accounts.ts'
import { Apps } from './apps.ts'
import { Events } from './events.ts'
import { Ids } from './ids.ts'
import { InstallationRequests } from './installation-requests.ts'
import { Installations } from './installations.ts'
import { createOAuthState, type OAuthState } from './oauth/oauth-state.ts'
import { Replication } from './replication.ts'
import { Repositories } from './repositories.ts'
import { Tokens } from './tokens.ts'
import { UserTokens } from './user-tokens.ts'

/**
 * Everything this GitHub knows. It changes through the functions of `changes/`, which also tell `events`; nothing else
 * is kept anywhere.
 */
export interface GitHubState {
  readonly clock: Clock
  readonly ids: Ids
  readonly accounts: Accounts
  readonly apps: Apps
  readonly repositories: Repositories
  readonly installations: Installations
  readonly installationRequests: InstallationRequests
  readonly tokens: Tokens
  readonly userTokens: UserTokens
  readonly oauth: OAuthState
  readonly replication: Replication
  readonly events: Events
}

/** An empty GitHub. */
export function createState(clock: Clock): GitHubState {
  const ids = new Ids()
  const replication = new Replication()
  return {
    clock,
    ids,
    accounts: new Accounts(ids),
    apps: new Apps(),
    repositories: new Repositories(ids),
    installations: new Installations(ids),
    installationRequests: new InstallationRequests(ids),
    tokens: new Tokens(replication),
    userTokens: new UserTokens(ids),
    oauth: createOAuthState(),
    replication,
    events: new Events(),
  }
}
