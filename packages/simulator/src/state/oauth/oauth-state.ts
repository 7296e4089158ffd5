import type { AppManifest } from '../../oauth/app-manifest.ts'
import type { Account, App } from '../entities.ts'
import { Authorizations } from './authorizations.ts'
import { type DeviceCode, DeviceCodes } from './device-codes.ts'
import { ExpiringMap } from './expiring-map.ts'
import { RefreshTokens } from './refresh-tokens.ts'

const CODE_LIFETIME_MS = 600_000
const MANIFEST_LIFETIME_MS = 3_600_000
/** How long somebody may look at a page before its buttons stop working. */
const FORM_LIFETIME_MS = 3_600_000
const MAX_FORMS = 1_000

/** What an app asked for when it sent a user to GitHub. */
export interface AuthorizationRequest {
  readonly app: App
  /** Where the user goes back to: a registered callback URL. */
  readonly redirectUri: string
  readonly state: string | undefined
  /** Of PKCE, method S256. */
  readonly codeChallenge: string | undefined
}

/** What an authorization code stands for. */
export interface AuthorizationCode extends Omit<AuthorizationRequest, 'state'> {
  readonly user: Account
}

/** Who is signed in to the web host, and everything that signing users in to apps remembers. */
export interface OAuthState {
  /** Undefined: nobody, and pages ask who is there. */
  signedIn: Account | undefined
  readonly authorizations: Authorizations
  readonly codes: ExpiringMap<AuthorizationCode>
  readonly devices: DeviceCodes
  readonly refreshTokens: RefreshTokens
  /** Apps that were made from a manifest and whose secrets nobody fetched yet. */
  readonly manifestCodes: ExpiringMap<App>
  /** Pages with a button, by their one-time token. */
  readonly forms: {
    readonly authorize: ExpiringMap<PageForm<AuthorizationRequest & { readonly everyone: boolean }>>
    readonly device: ExpiringMap<PageForm<DeviceCode>>
    readonly install: ExpiringMap<PageForm<InstallRequest>>
    readonly manifest: ExpiringMap<PageForm<ManifestRequest>>
  }
}

/** What a page with a button is about, and whom it was shown to. */
export interface PageForm<About> {
  readonly about: About
  readonly signedIn: Account | undefined
}

/** A page on which an app can be installed on an account. */
export interface InstallRequest {
  readonly app: App
  readonly account: Account
  readonly state: string | undefined
}

/** A page on which an app can be registered. */
export interface ManifestRequest {
  readonly manifest: AppManifest
  /** Undefined: whoever registers it. */
  readonly organization: Account | undefined
  readonly state: string | undefined
}

/** Nobody is signed in, and no app may act for anybody. */
export function createOAuthState(): OAuthState {
  const form = { lifetimeMs: FORM_LIFETIME_MS, maxEntries: MAX_FORMS }
  return {
    signedIn: undefined,
    authorizations: new Authorizations(),
    codes: new ExpiringMap({ lifetimeMs: CODE_LIFETIME_MS }),
    devices: new DeviceCodes(),
    refreshTokens: new RefreshTokens(),
    manifestCodes: new ExpiringMap({ lifetimeMs: MANIFEST_LIFETIME_MS }),
    forms: {
      authorize: new ExpiringMap(form),
      device: new ExpiringMap(form),
      install: new ExpiringMap(form),
      manifest: new ExpiringMap(form),
    },
  }
}
