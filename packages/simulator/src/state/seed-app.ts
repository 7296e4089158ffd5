import { createHash, randomBytes } from 'node:crypto'
import type { AppSeed } from '../options.ts'
import type { Account, App, AppKey } from './entities.ts'
import type { GitHubState } from './github-state.ts'
import { FIRST_ID } from './ids.ts'
import { checkedPermissions } from './permissions.ts'
import { knownFrom } from './replication.ts'
import { defaultOwner } from './seed.ts'
import { isRedirectTarget } from './web-url.ts'

const DEFAULT_SLUG = 'hubauth-test-app'
const DEFAULT_PERMISSIONS = { contents: 'write', issues: 'write', pull_requests: 'write' } as const
const DEFAULT_EVENTS = ['issues', 'issue_comment', 'push'] as const
/** GitHub's own limit of callback URLs of one app. */
export const MAX_CALLBACK_URLS = 10

/**
 * Registers an app.
 *
 * @throws {TypeError} naming the option that does not hold.
 */
export function seedApp(state: GitHubState, seed: AppSeed, key: AppKey): App {
  const now = state.clock.now()
  const slug = seed.slug ?? DEFAULT_SLUG
  const app: App = {
    id: seed.id ?? freeAppId(state),
    clientId: seed.clientId ?? clientIdOf(slug),
    slug,
    name: seed.name ?? slug,
    description: seed.description ?? null,
    homepageUrl: seed.homepageUrl,
    setupUrl: seed.setupUrl,
    owner: appOwner(state, seed.owner),
    bot: state.accounts.add(`${slug}[bot]`, { type: 'Bot', now }),
    firstKey: key,
    keys: new Map([[key.fingerprint, { key, knownAt: knownFrom(now, state.replication.lag.keyMs) }]]),
    permissions: checkedPermissions(seed.permissions ?? DEFAULT_PERMISSIONS),
    events: [...(seed.events ?? DEFAULT_EVENTS)],
    hook: {
      id: state.ids.next(FIRST_ID.hook),
      url: seed.webhookUrl,
      secret: seed.webhookSecret ?? randomSecret(),
      contentType: seed.webhookContentType ?? 'json',
      insecureSsl: false,
      active: true,
    },
    oauth: {
      clientSecret: seed.clientSecret ?? randomSecret(),
      callbackUrls: checkedCallbackUrls(seed.callbackUrls ?? ['http://127.0.0.1/callback']),
      deviceFlow: seed.deviceFlow ?? true,
      expiringTokens: seed.expiringUserTokens ?? true,
      onInstall: seed.requestOAuthOnInstall ?? false,
    },
    createdAt: now,
  }
  state.apps.add(app)
  return app
}

/** 40 hexadecimal digits, the shape of GitHub's client secrets. */
export function randomSecret(): string {
  return randomBytes(20).toString('hex')
}

function freeAppId({ apps, ids }: GitHubState): number {
  return ids.next(FIRST_ID.app, (id) => apps.findById(id) !== undefined)
}

function appOwner(state: GitHubState, login: string | undefined): Account {
  if (login === undefined) return defaultOwner(state)
  const owner = state.accounts.find(login)
  if (owner === undefined) throw new TypeError(`app.owner: there is no account "${login}"`)
  return owner
}

function checkedCallbackUrls(urls: readonly string[]): readonly string[] {
  if (urls.length > MAX_CALLBACK_URLS)
    throw new TypeError(`app.callbackUrls: GitHub allows at most ${MAX_CALLBACK_URLS}`)
  for (const url of urls) {
    if (!isRedirectTarget(url)) throw new TypeError(`app.callbackUrls: "${url}" is not a URL`)
  }
  return [...urls]
}

function clientIdOf(slug: string): string {
  return `Iv23li${createHash('sha256').update(slug).digest('hex').slice(0, 14)}`
}
