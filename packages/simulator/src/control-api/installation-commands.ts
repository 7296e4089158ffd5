import { INSTALL, INSTALLATION_REQUEST } from '../schema/method-schemas.ts'
import { type ObjectSchema, object, required } from '../schema/object-schema.ts'
import { APP_SLUG, REPOSITORIES } from '../schema/options-schema.ts'
import { permissions } from '../schema/permissions-schema.ts'
import { integer, text } from '../schema/schema.ts'
import { type Command, command } from './command.ts'

const INSTALLATION_ID = required(integer({ minimum: 1 }))
const ONE: ObjectSchema<{ installationId: number }> = object<{ installationId: number }>({
  installationId: INSTALLATION_ID,
})

/** What owners do to installations, and to the keys of apps. */
export const INSTALLATION_COMMANDS: Readonly<Record<string, Command>> = {
  install: command(
    'Installs an app on an account that exists, and returns the installation.',
    INSTALL,
    (github, options) => github.install(options),
  ),
  requestInstallation: command(
    'A member of an organization asks its owners to install an app.',
    INSTALLATION_REQUEST,
    (github, options) => github.requestInstallation(options),
  ),
  suspend: command('Refuses mints and the tokens of an installation.', ONE, (github, { installationId }) =>
    github.suspend(installationId),
  ),
  unsuspend: command('Ends a suspension.', ONE, (github, { installationId }) =>
    github.unsuspend(installationId),
  ),
  uninstall: command('Takes an installation away, with its tokens.', ONE, (github, { installationId }) =>
    github.uninstall(installationId),
  ),
  setPermissions: command(
    'Replaces what an installation is granted.',
    object<{ installationId: number; permissions: Readonly<Record<string, string>> }>({
      installationId: INSTALLATION_ID,
      permissions: required(permissions()),
    }),
    (github, parameters) => github.setPermissions(parameters.installationId, parameters.permissions),
  ),
  setRepositories: command(
    'Replaces what an installation covers.',
    object<{ installationId: number; repositories: 'all' | readonly string[] }>({
      installationId: INSTALLATION_ID,
      repositories: required(REPOSITORIES),
    }),
    (github, parameters) => github.setRepositories(parameters.installationId, parameters.repositories),
  ),
  revokeToken: command(
    'Makes a token invalid at once. Returns whether it was good until now.',
    object<{ token: string }>({ token: required(text({ secret: true })) }),
    (github, { token }) => github.revokeToken(token),
  ),
  addKey: command(
    'Registers one more key of an app, and returns it as PEM.',
    object<{ app?: string }>({ app: APP_SLUG }),
    (github, options) => github.addKey(options),
  ),
  deleteKey: command(
    'Deletes a key of an app, given as PEM or fingerprint.',
    object<{ key: string }>({ key: required(text({ secret: true })) }),
    (github, { key }) => github.deleteKey(key),
  ),
}
