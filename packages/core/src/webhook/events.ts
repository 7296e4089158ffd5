import type { Delivery, WebhookPayload } from './delivery.ts'

/**
 * Payload types by event name, for `on('issues.opened', …)` to narrow by. `import '@hubauth/events'` adds all of GitHub's
 * events by declaration merging, and so can you.
 */
export interface WebhookEvents {
  /** Everything, with what most events share. */
  readonly '*': WebhookPayload
}

/**
 * The events that every GitHub App gets without asking for them; {@link WebhookEvents} goes before it. The types are
 * excerpts of GitHub's schemas. Unlike {@link WebhookPayload} they have no index signature, so a typo does not compile.
 */
export interface EssentialEvents {
  /** Discriminated by `action`. GitHub may add actions: keep a `default`. */
  readonly installation:
    | EssentialEvents['installation.created']
    | EssentialEvents['installation.deleted']
    | EssentialEvents['installation.suspend']
    | EssentialEvents['installation.unsuspend']
    | EssentialEvents['installation.new_permissions_accepted']
  readonly 'installation.created': InstallationPayload<'created'> & {
    /** Who asked an owner for the installation, where somebody did. */
    readonly requester?: WebhookRequester | null
  }
  readonly 'installation.deleted': InstallationPayload<'deleted'>
  readonly 'installation.suspend': InstallationPayload<'suspend'>
  readonly 'installation.unsuspend': InstallationPayload<'unsuspend'>
  readonly 'installation.new_permissions_accepted': InstallationPayload<'new_permissions_accepted'>
  /** Discriminated by `action`. */
  readonly installation_repositories:
    | EssentialEvents['installation_repositories.added']
    | EssentialEvents['installation_repositories.removed']
  readonly 'installation_repositories.added': InstallationRepositoriesPayload<'added'> & {
    /** Empty: GitHub describes its entries as if they had no required member. */
    readonly repositories_removed: readonly Partial<WebhookRepository>[]
  }
  readonly 'installation_repositories.removed': InstallationRepositoriesPayload<'removed'> & {
    readonly repositories_removed: readonly WebhookRepository[]
  }
  readonly installation_target: EssentialEvents['installation_target.renamed']
  readonly 'installation_target.renamed': InstallationTargetPayload
  readonly github_app_authorization: EssentialEvents['github_app_authorization.revoked']
  readonly 'github_app_authorization.revoked': GitHubAppAuthorizationPayload
  readonly ping: PingPayload
}

/** A name for `on`: an event, an event and its action, or `*`. Known ones are completed; others are allowed. */
export type WebhookEventName = keyof WebhookEvents | keyof EssentialEvents | (string & {})

/** The payload of an event by its name, such as `EventPayload<'issues.opened'>`. */
export type EventPayload<Name extends string> = Name extends keyof WebhookEvents
  ? WebhookEvents[Name]
  : Name extends keyof EssentialEvents
    ? EssentialEvents[Name]
    : WebhookPayload

/** A verified delivery of an event by its name, such as `DeliveryOf<'issues.opened'>`. */
export type DeliveryOf<Name extends string> = Delivery<EventPayload<Name>>

/** A user, bot or organization: GitHub's `simple-user`. */
export interface WebhookUser {
  readonly id: number
  readonly node_id: string
  readonly login: string
  /** `User`, `Bot` or `Organization`. */
  readonly type: string
  readonly avatar_url: string
  readonly html_url: string
}

/** An enterprise that an app is installed on. It has a `slug` and no `login`: `'login' in account` tells them apart. */
export interface WebhookEnterprise {
  readonly id: number
  readonly node_id: string
  readonly slug: string
  readonly name: string
  readonly avatar_url: string
  readonly html_url: string
}

/** An installation, as the events about installations describe it. Other events have its `id` and `node_id`. */
export interface WebhookInstallation {
  readonly id: number
  /** The App ID. */
  readonly app_id: number
  readonly app_slug: string
  /** Absent on older versions of GitHub Enterprise Server. */
  readonly client_id?: string
  readonly account: WebhookUser | WebhookEnterprise | null
  /** Id of the account. */
  readonly target_id: number
  /** `User`, `Organization` or `Enterprise`. */
  readonly target_type: string
  readonly repository_selection: 'all' | 'selected'
  readonly permissions: Readonly<Partial<Record<string, 'read' | 'write' | 'admin'>>>
  /** The events that the app is subscribed to, such as `issues`. */
  readonly events: readonly string[]
  readonly html_url: string
  /** When it was suspended, in ISO 8601; null when it is not. */
  readonly suspended_at: string | null
  readonly suspended_by: WebhookUser | null
}

/** A repository, as the events about installations list it. */
export interface WebhookRepository {
  readonly id: number
  readonly node_id: string
  readonly name: string
  readonly full_name: string
  readonly private: boolean
}

type WebhookRequester = Pick<WebhookUser, 'id' | 'login'>

// Payloads are type aliases: those fit WebhookPayload and its index signature, and interfaces never do.

type InstallationPayload<Action extends string> = {
  readonly action: Action
  readonly installation: WebhookInstallation
  /** The selected repositories that the installation can access, where GitHub lists them. */
  readonly repositories?: readonly WebhookRepository[]
  readonly sender: WebhookUser
}

type InstallationRepositoriesPayload<Action extends string> = {
  readonly action: Action
  readonly installation: WebhookInstallation
  readonly repository_selection: 'all' | 'selected'
  readonly repositories_added: readonly WebhookRepository[]
  /** Who asked an owner for the change, where somebody did. */
  readonly requester: WebhookRequester | null
  readonly sender: WebhookUser
}

type InstallationTargetPayload = {
  readonly action: 'renamed'
  /** The account after the renaming: `login` of a user or organization, `slug` of an enterprise. */
  readonly account: Pick<WebhookUser, 'id' | 'node_id' | 'avatar_url' | 'html_url'> & {
    readonly login?: string
    readonly slug?: string
  }
  readonly changes: {
    readonly login?: { readonly from: string }
    readonly slug?: { readonly from: string }
  }
  readonly target_type: string
  readonly installation: { readonly id: number; readonly node_id: string }
  readonly sender?: WebhookUser
}

type GitHubAppAuthorizationPayload = {
  readonly action: 'revoked'
  /** Who revoked their authorization of the app: their user access tokens no longer work. */
  readonly sender: WebhookUser
}

type PingPayload = {
  /** A sentence of GitHub's design philosophy. */
  readonly zen?: string
  readonly hook_id?: number
  readonly hook?: {
    readonly id: number
    /** `App`, `Repository` or `Organization`. */
    readonly type: string
    readonly active: boolean
    /** The events that the webhook is triggered for. */
    readonly events: readonly string[]
    /** The App ID, for the webhook of an app. */
    readonly app_id?: number
  }
  readonly organization?: { readonly login: string }
  readonly repository?: {
    readonly id: number
    readonly name: string
    readonly full_name: string
    readonly owner: { readonly login: string }
  }
  readonly sender?: WebhookUser
}
