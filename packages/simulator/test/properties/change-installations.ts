import { at, defined, install, modelKey, selection, told, type World } from './create-world.ts'
import type { ChangeOf } from './world.ts'

/** An app is installed where it is not. */
export function installApp(world: World, change: ChangeOf<'install'>): string | undefined {
  const { oracle } = world
  const [app, account] = [at(oracle.apps, change.app), at(oracle.accounts, change.account)]
  if (oracle.installationOf(app, account) !== undefined) return undefined
  return `new: ${told(install(world, { app, account, plan: change }))}`
}

/** The owner of an installation changes it. */
export function changeInstallation(
  { github, oracle }: World,
  change: ChangeOf<'suspend' | 'unsuspend' | 'uninstall' | 'select repositories' | 'grant'>,
): string | undefined {
  const alive = oracle.installations.filter(({ deleted }) => !deleted)
  if (alive.length === 0) return undefined
  const installation = at(alive, change.installation)
  switch (change.kind) {
    case 'suspend':
    case 'unsuspend':
      github[change.kind](installation.id)
      installation.suspended = change.kind === 'suspend'
      return `${change.kind} ${told(installation)}`
    case 'uninstall':
      github.uninstall(installation.id)
      installation.deleted = true
      return `${told(installation)} is uninstalled`
    case 'select repositories': {
      const selected = selection(installation.account, change.repositories)
      github.setRepositories(
        installation.id,
        selected === 'all' ? 'all' : [...selected].map(({ name }) => name),
      )
      installation.selection = selected
      return `now ${told(installation)}`
    }
    case 'grant': {
      const permissions = defined(change.permissions)
      github.setPermissions(installation.id, permissions)
      installation.permissions = { metadata: 'read', ...permissions }
      return `now ${told(installation)}`
    }
  }
}

/** Only the first app's keys change, and a key is only added when there is none: making one takes time. */
export async function changeKey(
  { github, oracle }: World,
  { kind }: ChangeOf<'delete key' | 'add key'>,
): Promise<string | undefined> {
  const app = at(oracle.apps, 0)
  const alive = app.keys.find(({ deleted }) => !deleted)
  if (kind === 'delete key' && alive !== undefined) {
    github.deleteKey(alive.pem)
    alive.deleted = true
    return `the key of ${app.slug} is deleted`
  }
  if (kind === 'delete key' || alive !== undefined) return undefined
  app.keys.push(modelKey(await github.addKey({ app: app.slug })))
  return `${app.slug} has a new key`
}
