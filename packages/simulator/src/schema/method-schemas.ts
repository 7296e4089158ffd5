import type { AccountSeed, InstallationSeed } from '../options.ts'
import type { RequestFilter } from '../server/request-log.ts'
import { type ObjectSchema, object, optional, required } from './object-schema.ts'
import { ACCOUNT, APP_SLUG, INSTALLATION, LOGIN } from './options-schema.ts'
import { finite, integer, oneOf, text } from './schema.ts'

const { installation: _installation, installations: _installations, ...ACCOUNT_FIELDS } = ACCOUNT.fields

/** What `addAccount` takes. */
export const NEW_ACCOUNT: ObjectSchema<Omit<AccountSeed, 'installation' | 'installations'>> =
  object<Omit<AccountSeed, 'installation' | 'installations'>>(ACCOUNT_FIELDS)

interface Member {
  readonly login: string
  readonly role?: 'admin' | 'member'
}

/** What `addMember` takes besides the organization. */
export const MEMBER: ObjectSchema<Member> = object<Member>({
  login: required(LOGIN),
  role: optional(oneOf('admin', 'member')),
})

type Install = InstallationSeed & { readonly account: string }

/** What `install` takes. */
export const INSTALL: ObjectSchema<Install> = object<Install>({
  ...INSTALLATION.fields,
  account: required(LOGIN),
})

interface Request {
  readonly account: string
  readonly requester: string
  readonly app?: string
}

/** What `requestInstallation` takes. */
export const INSTALLATION_REQUEST: ObjectSchema<Request> = object<Request>({
  account: required(LOGIN),
  requester: required(LOGIN),
  app: APP_SLUG,
})

interface Authorize {
  readonly login: string
  readonly app?: string
  readonly expiresInMs?: number
}

/** What `authorize` takes. */
export const AUTHORIZE: ObjectSchema<Authorize> = object<Authorize>({
  login: required(LOGIN),
  app: APP_SLUG,
  expiresInMs: optional(finite('a positive number of milliseconds', { minimum: Number.MIN_VALUE })),
})

/** What `count` takes. */
export const FILTER: ObjectSchema<RequestFilter> = object<RequestFilter>({
  method: optional(text()),
  route: optional(text(), 'The pattern of an endpoint: /orgs/{org}/installation.'),
  status: optional(integer({ minimum: 0, maximum: 599 })),
})
