import { isJsonObject, type JsonObject } from '../json-object.ts'
import { checkedPermissions, type Permissions } from '../state/permissions.ts'
import { MAX_CALLBACK_URLS } from '../state/seed-app.ts'
import { isRedirectTarget, isWebUrl } from '../state/web-url.ts'

const MAX_DESCRIPTION_LENGTH = 1_000
/** Longer ones are refused, since pages remember them. GitHub's limit is not documented. */
const MAX_MANIFEST_LENGTH = 65_536

/** What an app says about itself before it exists, checked. */
export interface AppManifest {
  /** What the app suggests; whoever registers it may change it. */
  readonly name: string
  readonly homepageUrl: string
  /** Where the code goes; without it nobody can fetch the app's secrets. */
  readonly redirectUrl: string | undefined
  readonly webhookUrl: string | undefined
  readonly callbackUrls: readonly string[]
  readonly setupUrl: string | undefined
  readonly description: string | undefined
  readonly permissions: Permissions
  readonly events: readonly string[]
  /** Whether users who install the app sign in to it as well. */
  readonly requestOAuthOnInstall: boolean
}

/**
 * Reads a manifest. The simulator has no use for `public` and `setup_on_update`; members that GitHub does not know are
 * ignored.
 *
 * @returns what is wrong, in words for the page, when it is not one.
 * @see https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest#github-app-manifest-parameters
 */
export function parseManifest(text: string): AppManifest | string {
  if (text.length > MAX_MANIFEST_LENGTH) return 'The manifest is too long.'
  try {
    return readManifest(objectIn(JSON.parse(text), 'manifest'))
  } catch (error) {
    return error instanceof TypeError ? error.message : 'The manifest is not JSON.'
  }
}

function readManifest(manifest: JsonObject): AppManifest {
  const { hook_attributes: hook, default_permissions: permissions } = manifest
  return Object.freeze({
    homepageUrl: webUrl(manifest, 'url') ?? missing('url'),
    webhookUrl: hook === undefined ? undefined : hookUrl(objectIn(hook, 'hook_attributes')),
    name: string(manifest, 'name') ?? '',
    redirectUrl: webUrl(manifest, 'redirect_url'),
    setupUrl: webUrl(manifest, 'setup_url'),
    callbackUrls: callbackUrls(manifest),
    description: string(manifest, 'description')?.slice(0, MAX_DESCRIPTION_LENGTH),
    permissions: checkedPermissions(levels(permissions)),
    events: strings(manifest, 'default_events'),
    requestOAuthOnInstall: boolean(manifest, 'request_oauth_on_install') ?? false,
  })
}

// The message names the member without its parent, as GitHub's does. An inactive webhook is none.
function hookUrl(hook: JsonObject): string | undefined {
  const url = webUrl(hook, 'url') ?? missing('url')
  return boolean(hook, 'active') === false ? undefined : url
}

function callbackUrls(manifest: JsonObject): readonly string[] {
  const urls = strings(manifest, 'callback_urls')
  if (urls.length > MAX_CALLBACK_URLS)
    throw new TypeError(`There are more than ${MAX_CALLBACK_URLS} callback_urls.`)
  if (!urls.every(isRedirectTarget)) throw new TypeError('"callback_urls" must be URLs.')
  return urls
}

function levels(permissions: unknown): Readonly<Record<string, string>> {
  if (permissions === undefined) return {}
  return Object.fromEntries(
    Object.entries(objectIn(permissions, 'default_permissions')).map(([name, level]) => [
      name,
      typeof level === 'string' ? level : JSON.stringify(level),
    ]),
  )
}

function webUrl(manifest: JsonObject, name: string): string | undefined {
  const url = string(manifest, name)
  if (url !== undefined && !isWebUrl(url)) throw new TypeError(`"${name}" must be a valid URL.`)
  return url
}

function string(manifest: JsonObject, name: string): string | undefined {
  const value = manifest[name]
  if (value === undefined || typeof value === 'string') return value
  throw new TypeError(`"${name}" is not a string.`)
}

function boolean(manifest: JsonObject, name: string): boolean | undefined {
  const value = manifest[name]
  if (value === undefined || typeof value === 'boolean') return value
  throw new TypeError(`"${name}" is not a boolean.`)
}

function strings(manifest: JsonObject, name: string): readonly string[] {
  const value = manifest[name] ?? []
  if (!Array.isArray(value)) throw new TypeError(`"${name}" is not an array.`)
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw new TypeError(`"${name}" has an entry that is not a string.`)
    return item
  })
}

function objectIn(value: unknown, name: string): JsonObject {
  if (isJsonObject(value)) return value
  throw new TypeError(`"${name}" is not an object.`)
}

function missing(name: string): never {
  throw new TypeError(`"${name}" wasn't supplied.`)
}
