import { githubHost } from '@hubauth/core'
import { isVariableName } from '../env-key.ts'
import { isPath } from '../secret-file.ts'
import { type ConfigPlace, shown } from './config-place.ts'

/** Where a key or a secret is to be found; never the secret itself. */
export type SecretReference = (
  | { readonly env: string }
  | { readonly file: string; readonly allowWorldReadable: boolean }
) & { readonly place: ConfigPlace }

/** The app of one organization, as the file has it. */
interface ConfiguredApp {
  readonly appId: number | string
  readonly installationId?: number
  readonly key: SecretReference
}

/** An environment of the file, checked. */
export interface ConfiguredEnvironment {
  readonly baseUrl?: string
  readonly allowHttp?: boolean
  readonly webhookSecrets: readonly SecretReference[]
  readonly organizations: ReadonlyMap<string, ConfiguredApp>
}

const REFERENCE = '{ "file": "path" } or { "env": "NAME" }'

/** Checks the whole file, so that a mistake in PROD shows in TEST. @throws {HubauthError} `CONFIG_INVALID`. */
export function checkedEnvironments(root: ConfigPlace): ReadonlyMap<string, ConfiguredEnvironment> {
  const places = root.properties('an object of environments, such as { "TEST": { … }, "PROD": { … } }')
  if (places.size === 0) throw root.error('there is no environment in it.')
  if (places.has('organizations')) {
    throw root.error('the names of environments come first.', 'Write { "PROD": { "organizations": { … } } }.')
  }
  return new Map([...places].map(([name, place]) => [name, checkedEnvironment(place)]))
}

function checkedEnvironment(place: ConfigPlace): ConfiguredEnvironment {
  place.only(['baseUrl', 'allowHttp', 'webhookSecret', 'organizations'], 'an environment')
  const allowHttp = optionalBoolean(place.property('allowHttp'))
  const baseUrl = optionalBaseUrl(place.property('baseUrl'), allowHttp)
  return {
    ...(baseUrl !== undefined && { baseUrl }),
    ...(allowHttp !== undefined && { allowHttp }),
    webhookSecrets: webhookSecrets(place.property('webhookSecret')),
    organizations: checkedOrganizations(place.property('organizations')),
  }
}

function optionalBaseUrl(place: ConfigPlace, allowHttp = false): string | undefined {
  if (place.value === undefined) return undefined
  if (typeof place.value !== 'string')
    throw place.expected('the root of a REST API, such as https://api.github.com')
  try {
    githubHost(place.value, { allowHttp })
  } catch (error) {
    throw place.error(error instanceof TypeError ? error.message.replace(/^baseUrl: /, '') : 'not usable.')
  }
  return place.value
}

function webhookSecrets(place: ConfigPlace): readonly SecretReference[] {
  if (place.value === undefined) return []
  if (!Array.isArray(place.value)) return [reference(place, 'webhook secret')]
  if (place.value.length === 0) throw place.error('the list of webhook secrets is empty.')
  return place.items().map((item) => reference(item, 'webhook secret'))
}

function checkedOrganizations(place: ConfigPlace): ReadonlyMap<string, ConfiguredApp> {
  const organizations = place.properties(
    'an object of organizations, such as { "acme": { "appId": 1, "key": { … } } }',
  )
  if (organizations.size === 0) throw place.error('there is no organization in it.')
  const byLogin = new Map<string, string>()
  for (const [name, organization] of organizations) {
    if (!/^[A-Za-z0-9][\w-]{0,99}$/.test(name))
      throw organization.error('the name of an organization is its login, as in its URL.')
    const twin = byLogin.get(name.toLowerCase())
    if (twin !== undefined)
      throw organization.error(
        `the same organization as ${shown(twin)}: letter case does not matter on GitHub.`,
      )
    byLogin.set(name.toLowerCase(), name)
  }
  return new Map([...organizations].map(([name, organization]) => [name, checkedApp(organization)]))
}

function checkedApp(place: ConfigPlace): ConfiguredApp {
  place.only(['appId', 'installationId', 'key'], 'an app, such as { "appId": 1, "key": { … } }')
  const installationId = place.property('installationId')
  if (installationId.value !== undefined && !isId(installationId.value))
    throw installationId.expected('the id of the installation, a positive integer')
  return {
    appId: checkedAppId(place.property('appId')),
    ...(isId(installationId.value) && { installationId: installationId.value }),
    key: reference(place.property('key'), 'private key'),
  }
}

function checkedAppId(place: ConfigPlace): number | string {
  const { value } = place
  if (isId(value) || (typeof value === 'string' && /^[\w.-]{1,64}$/.test(value))) return value
  throw place.expected('the client ID ("Iv23…") or the App ID (a positive integer)')
}

function reference(place: ConfigPlace, what: string): SecretReference {
  if (typeof place.value === 'string') {
    throw place.error(`the ${what} must not be written into this file.`, `Keep it elsewhere: ${REFERENCE}.`)
  }
  place.only(['file', 'env', 'allowWorldReadable'], `where the ${what} is, ${REFERENCE}`)
  const [file, env] = [place.property('file'), place.property('env')]
  const allowWorldReadable = optionalBoolean(place.property('allowWorldReadable'))
  if ((file.value === undefined) === (env.value === undefined)) {
    throw place.error(`expected either "file" or "env" for the ${what}.`, `Write ${REFERENCE}.`)
  }
  if (env.value !== undefined) {
    if (isVariableName(env.value)) return { place: env, env: env.value }
    throw env.error(
      'expected the name of an environment variable, not its value.',
      `Keep the ${what} elsewhere.`,
    )
  }
  if (isPath(file.value))
    return { place: file, file: file.value, allowWorldReadable: allowWorldReadable ?? false }
  throw file.error('expected the path of a file, not what it holds.', `Keep the ${what} elsewhere.`)
}

function optionalBoolean(place: ConfigPlace): boolean | undefined {
  if (place.value === undefined || typeof place.value === 'boolean') return place.value
  throw place.expected('true or false')
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}
