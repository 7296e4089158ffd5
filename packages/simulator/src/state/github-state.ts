import type { Clock } from '../clock.ts'
import { Accounts } from './accounts.ts'
import { Apps } from './apps.ts'
import { Ids } from './ids.ts'
import { Installations } from './installations.ts'
import { Repositories } from './repositories.ts'
import { Tokens } from './tokens.ts'

/** Everything this GitHub knows. Routes and the control methods read and change it; nothing else is kept anywhere. */
export interface GitHubState {
  readonly clock: Clock
  readonly ids: Ids
  readonly accounts: Accounts
  readonly apps: Apps
  readonly repositories: Repositories
  readonly installations: Installations
  readonly tokens: Tokens
}

/** An empty GitHub. */
export function createState(clock: Clock): GitHubState {
  const ids = new Ids()
  return {
    clock,
    ids,
    accounts: new Accounts(ids),
    apps: new Apps(),
    repositories: new Repositories(ids),
    installations: new Installations(ids),
    tokens: new Tokens(),
  }
}
