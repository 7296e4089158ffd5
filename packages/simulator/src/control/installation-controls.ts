import type { SimulatedInstallation, Simulator } from '../simulator.ts'
import { installationRepositories } from '../state/access.ts'
import type { App, Installation } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import {
  changeInstallation,
  removeInstallation,
  suspendInstallation,
  unsuspendInstallation,
} from '../state/installation-changes.ts'
import { checkedPermissions } from '../state/permissions.ts'
import { seedInstallation, selectionOf } from '../state/seed.ts'

type InstallationMethods = Pick<
  Simulator,
  'install' | 'suspend' | 'unsuspend' | 'uninstall' | 'setPermissions' | 'setRepositories' | 'revokeToken'
>

/** What the owners of accounts do to installations. */
export function installationControls(
  state: GitHubState,
  app: App,
): { list(): SimulatedInstallation[]; methods: InstallationMethods } {
  const find = (id: number): Installation => {
    const installation = state.installations.find(id)
    if (installation === undefined) throw new TypeError(`There is no installation ${id}`)
    return installation
  }
  const view = (installation: Installation): SimulatedInstallation =>
    simulatedInstallation(state, installation)
  return {
    list: () => state.installations.of(app).map(view),
    methods: {
      install({ account: login, ...seed }) {
        const account = state.accounts.find(login)
        if (account === undefined) throw new TypeError(`There is no account "${login}"`)
        return view(seedInstallation(state, { app, account, seed }))
      },
      suspend: (id) => suspendInstallation(state, find(id)),
      unsuspend: (id) => unsuspendInstallation(state, find(id)),
      uninstall: (id) => removeInstallation(state, find(id)),
      setPermissions: (id, permissions) =>
        changeInstallation(state, find(id), { permissions: checkedPermissions(permissions) }),
      setRepositories(id, repositories) {
        const installation = find(id)
        changeInstallation(state, installation, {
          selection: selectionOf(state, installation.account, repositories),
        })
      },
      revokeToken: (token) => state.tokens.revoke(token),
    },
  }
}

function simulatedInstallation(state: GitHubState, installation: Installation): SimulatedInstallation {
  const { id, account, selection, permissions, suspended } = installation
  return Object.freeze({
    id,
    account: account.login,
    targetType: account.type,
    repositories: installationRepositories(state, installation).map(({ name }) => name),
    repositorySelection: selection === 'all' ? 'all' : 'selected',
    permissions,
    suspended: suspended !== undefined,
  })
}
