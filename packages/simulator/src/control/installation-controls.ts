import {
  changePermissions,
  changeSelection,
  type InstallationTarget,
  installApp,
  removeInstallation,
  suspendInstallation,
  unsuspendInstallation,
} from '../changes/installation-changes.ts'
import { endUserToken } from '../oauth/end-authorization.ts'
import { INSTALL, INSTALLATION_REQUEST } from '../schema/method-schemas.ts'
import { REPOSITORIES } from '../schema/options-schema.ts'
import { permissions as permissionsSchema } from '../schema/permissions-schema.ts'
import type { SimulatedInstallation, Simulator } from '../simulator.ts'
import { installationRepositories } from '../state/access.ts'
import type { Installation } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { checkedPermissions } from '../state/permissions.ts'
import { accountOf, appOf, newInstallation, ownerOf, selectionOf } from '../state/seed.ts'

const PERMISSIONS = permissionsSchema()

type InstallationMethods = Pick<
  Simulator,
  | 'install'
  | 'requestInstallation'
  | 'suspend'
  | 'unsuspend'
  | 'uninstall'
  | 'setPermissions'
  | 'setRepositories'
  | 'revokeToken'
>

/** What the owners of accounts do to installations. */
export function installationControls(state: GitHubState): {
  list(): SimulatedInstallation[]
  methods: InstallationMethods
} {
  const find = (id: number): InstallationTarget => {
    const installation = state.installations.find(id)
    if (installation === undefined) throw new TypeError(`There is no installation ${id}`)
    return { installation, sender: ownerOf(installation) }
  }
  const view = (installation: Installation): SimulatedInstallation =>
    simulatedInstallation(state, installation)
  return {
    list: () => state.apps.all().flatMap((app) => state.installations.of(app).map(view)),
    methods: {
      install(options) {
        const { account: login, ...seed } = INSTALL.check(options, 'install')
        const [app, account] = [appOf(state, seed.app), accountOf(state, login)]
        const sender = ownerOf({ app, account })
        const installation = installApp(
          state,
          { app, account, sender },
          newInstallation(state, account, seed),
        )
        if (seed.suspended === true) suspendInstallation(state, { installation, sender })
        return view(installation)
      },
      requestInstallation(options) {
        const { account, requester, app } = INSTALLATION_REQUEST.check(options, 'requestInstallation')
        state.installationRequests.add(appOf(state, app), accountOf(state, account), {
          requester: accountOf(state, requester),
          now: state.clock.now(),
        })
      },
      suspend: (id) => suspendInstallation(state, find(id)),
      unsuspend: (id) => unsuspendInstallation(state, find(id)),
      uninstall: (id) => removeInstallation(state, find(id)),
      setPermissions: (id, permissions) =>
        changePermissions(state, find(id), checkedPermissions(PERMISSIONS.check(permissions, 'permissions'))),
      setRepositories(id, repositories) {
        const target = find(id)
        const checked = REPOSITORIES.check(repositories, 'repositories')
        changeSelection(state, target, selectionOf(state, target.installation.account, checked))
      },
      revokeToken(value) {
        const userToken = state.userTokens.find(value, state.clock.now())
        if (userToken === undefined) return state.tokens.revoke(value, state.clock.now())
        endUserToken(state, userToken)
        return true
      },
    },
  }
}

function simulatedInstallation(state: GitHubState, installation: Installation): SimulatedInstallation {
  const { id, app, account, selection, permissions, suspended } = installation
  return Object.freeze({
    id,
    app: app.slug,
    account: account.login,
    targetType: account.type,
    repositories: installationRepositories(state, installation).map(({ name }) => name),
    repositorySelection: selection === 'all' ? 'all' : 'selected',
    permissions,
    suspended: suspended !== undefined,
  })
}
