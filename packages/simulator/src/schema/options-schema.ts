import type { Clock } from '../clock.ts'
import type {
  AccountSeed,
  AppSeed,
  ControlOptions,
  InstallationSeed,
  IssueSeed,
  RateLimitOptions,
  RepositorySeed,
  SimulatorOptions,
} from '../options.ts'
import { LOGIN_PATTERN } from '../state/accounts.ts'
import type { ReplicationLag } from '../state/replication.ts'
import { REPOSITORY_NAME_PATTERN } from '../state/repositories.ts'
import { isWebUrl } from '../state/web-url.ts'
import { WEBHOOK_EVENTS } from '../state/webhook-events.ts'
import { closest, shown } from './mistake.ts'
import { type Field, type ObjectSchema, object, optional, required } from './object-schema.ts'
import { permissions } from './permissions-schema.ts'
import {
  boolean,
  choice,
  finite,
  instance,
  integer,
  list,
  MAX_TIMER_MS,
  oneOf,
  record,
  type Schema,
  text,
} from './schema.ts'

const MAX_PORT = 65_535

/** How a command or a seed names an app. */
export const APP_SLUG: Field<string, false> = optional(text(), 'Slug of the app. Default the first one.')

/** A login of a user or an organization. */
export const LOGIN: Schema<string> = text({ pattern: LOGIN_PATTERN, what: 'a GitHub login' })
/** A repository's name, without its owner. */
export const REPOSITORY_NAME: Schema<string> = text({
  pattern: REPOSITORY_NAME_PATTERN,
  what: 'a repository name',
})
const URL_TEXT = webUrl()
const MILLISECONDS = finite('a number of milliseconds, 0 or more', { minimum: 0 })

const ISSUE: ObjectSchema<IssueSeed> = object<IssueSeed>({
  title: required(text()),
  body: optional(text()),
})

/** A repository of an account. */
export const REPOSITORY: ObjectSchema<RepositorySeed> = object<RepositorySeed>({
  name: required(REPOSITORY_NAME),
  private: optional(boolean()),
  description: optional(text()),
  issues: optional(list(ISSUE)),
  collaborators: optional(record(oneOf('read', 'write', 'admin'), LOGIN)),
  files: optional(record(text())),
})

/** `all`, or names of repositories. */
export const REPOSITORIES: Schema<'all' | readonly string[]> = choice<'all' | readonly string[]>(
  'all or a list of repository names',
  [
    { when: (value) => typeof value === 'string', schema: oneOf('all') },
    { when: Array.isArray, schema: list(REPOSITORY_NAME) },
  ],
)

/** An installation of an app on an account. */
export const INSTALLATION: ObjectSchema<InstallationSeed> = object<InstallationSeed>({
  app: APP_SLUG,
  repositories: optional(REPOSITORIES),
  permissions: optional(permissions()),
  id: optional(integer({ minimum: 1 })),
  suspended: optional(boolean()),
})

/** A user, an organization or an enterprise. */
export const ACCOUNT: ObjectSchema<AccountSeed> = object<AccountSeed>({
  login: required(LOGIN),
  type: optional(oneOf('User', 'Organization', 'Enterprise')),
  name: optional(text()),
  email: optional(text()),
  members: optional(record(oneOf('admin', 'member'), LOGIN)),
  repositories: optional(list(REPOSITORY)),
  installation: optional(INSTALLATION),
  installations: optional(list(INSTALLATION)),
})

/** An app. Its secrets are never repeated in a message. */
export const APP: ObjectSchema<AppSeed> = object<AppSeed>({
  id: optional(integer({ minimum: 1 })),
  clientId: optional(text()),
  slug: optional(text({ pattern: /^[\w-]{1,100}$/, what: 'a slug of letters, digits and hyphens' })),
  name: optional(text()),
  privateKey: optional(text({ secret: true })),
  webhookSecret: optional(text({ secret: true })),
  webhookUrl: optional(URL_TEXT),
  webhookContentType: optional(oneOf('json', 'form')),
  permissions: optional(permissions()),
  events: optional(list(eventName())),
  owner: optional(LOGIN),
  description: optional(text()),
  clientSecret: optional(text({ secret: true })),
  callbackUrls: optional(list(text())),
  homepageUrl: optional(URL_TEXT),
  setupUrl: optional(URL_TEXT),
  deviceFlow: optional(boolean()),
  expiringUserTokens: optional(boolean()),
  requestOAuthOnInstall: optional(boolean()),
})

/** What `setReplicationLag` takes. */
export const REPLICATION_LAG: ObjectSchema<ReplicationLag> = object<ReplicationLag>({
  tokenMs: optional(MILLISECONDS, 'How long a new installation access token is a 401.'),
  permissionsMs: optional(MILLISECONDS, 'How long after that its permissions are not known: 403.'),
  keyMs: optional(MILLISECONDS, 'How long a new key of an app is not known.'),
})

const RATE_LIMIT = object<RateLimitOptions>({
  perHour: optional(integer({ minimum: 1 })),
  enforced: optional(boolean()),
})

const HOST_NAME = text({
  pattern: /^[a-z\d](?:[a-z\d._-]{0,251}[a-z\d])?$/i,
  what: 'a host name without scheme and port',
})

const CONTROL: Schema<boolean | ControlOptions> = choice<boolean | ControlOptions>(
  'true, false or { hosts }',
  [
    { when: (value) => typeof value === 'boolean', schema: boolean() },
    {
      when: (value) => typeof value === 'object',
      schema: object<ControlOptions>({ hosts: optional(list(HOST_NAME)) }),
    },
  ],
)

/** Every option of the simulator. Seed files are checked by it as well. */
export const OPTIONS: ObjectSchema<SimulatorOptions> = object<SimulatorOptions>({
  host: optional(text({ pattern: /^[\w.:%-]{1,255}$/, what: 'an address' })),
  port: optional(integer({ minimum: 0, maximum: MAX_PORT })),
  publicUrl: optional(origin()),
  clock: optional(instance('an object with a method now()', isClock)),
  tokenFormat: optional(oneOf('stateless', 'classic')),
  rateLimit: optional(RATE_LIMIT),
  replicationLag: optional(REPLICATION_LAG),
  webhookTimeoutMs: optional(integer({ minimum: 1, maximum: MAX_TIMER_MS })),
  faultSeed: optional(integer({ minimum: 0, maximum: 2 ** 32 - 1 })),
  control: optional(CONTROL),
  app: optional(APP),
  apps: optional(list(APP, { atLeastOne: 'app' })),
  accounts: optional(list(ACCOUNT)),
})

function eventName(): Schema<string> {
  return {
    json: { type: 'string' },
    check(value, at) {
      const name = text().check(value, at)
      if (WEBHOOK_EVENTS.includes(name)) return name
      const hint = closest(name, WEBHOOK_EVENTS) ?? ''
      throw new TypeError(`${at}: ${shown(name)} is no webhook event of GitHub${hint}`)
    },
  }
}

function origin(): Schema<string> {
  return {
    json: { type: 'string', format: 'uri' },
    check(value, at) {
      const given = webUrl().check(value, at)
      const { origin: wanted } = new URL(given)
      if (given === wanted || given === `${wanted}/`) return wanted
      throw new TypeError(`${at}: ${shown(given)} has more than a scheme, a host and a port`)
    },
  }
}

function webUrl(): Schema<string> {
  return {
    json: { type: 'string', format: 'uri' },
    check(value, at) {
      const given = text().check(value, at)
      if (isWebUrl(given)) return given
      throw new TypeError(`${at}: ${shown(given)} is not an http or https URL`)
    },
  }
}

function isClock(value: unknown): value is Clock {
  return typeof value === 'object' && value !== null && 'now' in value && typeof value.now === 'function'
}
