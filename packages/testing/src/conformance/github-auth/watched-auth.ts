import {
  createGitHubAuth,
  type GitHubInstallation,
  type InstallationSource,
  type InstallationTarget,
  pemKey,
} from '@hubauth/core'
import { rsaKey } from '../../ephemeral-keys.ts'

/** Real authentication, watched. */
export interface WatchedAuth {
  readonly source: InstallationSource
  /** What it was asked for, in that order. */
  readonly targets: readonly object[]
  /** What an installation was asked for with; nothing for what did not come from here. */
  targetOf(installation: GitHubInstallation | undefined): object | undefined
}

/** Authentication as one app, or as the app of one organization, which never gets as far as GitHub. */
export function watchedAuth(organization?: string): WatchedAuth {
  const credentials = { appId: 1, key: pemKey(rsaKey().pkcs1) }
  const fetch = () => Promise.reject(new Error('nothing is fetched before the installation is used'))
  const auth: InstallationSource =
    organization === undefined
      ? createGitHubAuth({ ...credentials, fetch })
      : createGitHubAuth({ organizations: { [organization]: credentials }, fetch })
  const targets: object[] = []
  const handed = new WeakMap<object, object>()
  const hand = (target: object, installation: () => GitHubInstallation) => {
    targets.push(target)
    const handle = installation()
    handed.set(handle, target)
    return handle
  }
  return {
    source: {
      installation: (target: InstallationTarget) => hand(target, () => auth.installation(target)),
      forDelivery: ({ installationId, owner }) =>
        hand({ installationId, owner }, () => auth.forDelivery({ installationId, owner })),
    },
    targets,
    targetOf: (installation) => installation && handed.get(installation),
  }
}
