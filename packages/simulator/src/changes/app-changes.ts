import { generateAppKey } from '../auth/app-keys.ts'
import type { AppManifest } from '../oauth/app-manifest.ts'
import type { Account, App } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { seedApp } from '../state/seed-app.ts'

/** GitHub's own limit. */
export const MAX_APP_NAME_LENGTH = 34

/** The name of an app in addresses: lower case, with dashes for everything but letters and digits. Empty for a name of dashes. */
export function appSlug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-|-$/g, '')
}

/**
 * Registers an app as a manifest describes it, with a bot, a key, a client secret and a webhook of its own.
 *
 * @returns undefined when the name is taken.
 */
export async function registerApp(
  state: GitHubState,
  manifest: AppManifest,
  { name, owner }: { readonly name: string; readonly owner: Account },
): Promise<App | undefined> {
  const slug = appSlug(name)
  const key = await generateAppKey()
  if (isTaken(state, slug)) return undefined
  const { webhookUrl, setupUrl, description } = manifest
  const app = seedApp(
    state,
    {
      slug,
      name,
      owner: owner.login,
      homepageUrl: manifest.homepageUrl,
      permissions: manifest.permissions,
      events: manifest.events,
      callbackUrls: manifest.callbackUrls,
      requestOAuthOnInstall: manifest.requestOAuthOnInstall,
      deviceFlow: false,
      ...(webhookUrl === undefined ? {} : { webhookUrl }),
      ...(setupUrl === undefined ? {} : { setupUrl }),
      ...(description === undefined ? {} : { description }),
    },
    key,
  )
  if (app.hook.url !== undefined) state.events.emit({ name: 'ping', app, sender: owner })
  return app
}

function isTaken({ apps, accounts }: GitHubState, slug: string): boolean {
  return apps.findBySlug(slug) !== undefined || accounts.find(`${slug}[bot]`) !== undefined
}
