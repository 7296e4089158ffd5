import type { Account, App, Author, Comment, Installation, Issue, Repository } from './entities.ts'

/** Something that happened on GitHub, which apps hear of by webhook. Names and actions are GitHub's. */
export type GitHubEvent =
  | InstallationEvent
  | {
      readonly name: 'installation_repositories'
      readonly action: 'added' | 'removed'
      readonly installation: Installation
      readonly repositories: readonly Repository[]
      readonly sender: Account
    }
  | {
      readonly name: 'installation_target'
      readonly action: 'renamed'
      readonly account: Account
      readonly previousLogin: string
      readonly sender: Account
    }
  | {
      readonly name: 'github_app_authorization'
      readonly action: 'revoked'
      readonly app: App
      readonly sender: Account
    }
  | RepositoryEvent
  | { readonly name: 'ping'; readonly app: App; readonly sender: Account }

/** Something that happened to an installation as a whole. */
export interface InstallationEvent {
  readonly name: 'installation'
  readonly action: 'created' | 'deleted' | 'suspend' | 'unsuspend' | 'new_permissions_accepted'
  readonly installation: Installation
  /** What the installation covers; it may be gone already when the event is heard. */
  readonly repositories: readonly Repository[]
  /** Who had asked for the installation that an owner made now. */
  readonly requester?: Account | undefined
  readonly sender: Account
}

/** Something that happened in one repository: every app that covers it and asked for the event hears of it. */
export type RepositoryEvent = { readonly repository: Repository; readonly sender: Account } & (
  | {
      readonly name: 'issues'
      readonly action: 'opened' | 'closed' | 'reopened'
      readonly issue: Issue
      readonly author: Author
    }
  | {
      readonly name: 'issues'
      readonly action: 'edited'
      readonly issue: Issue
      readonly author: Author
      /** What it was before, for the fields that changed. */
      readonly previous: { readonly title?: string; readonly body?: string | null }
    }
  | {
      readonly name: 'issue_comment'
      readonly action: 'created'
      readonly issue: Issue
      readonly comment: Comment
    }
  | {
      readonly name: 'repository'
      readonly action: 'created' | 'renamed' | 'transferred'
      readonly previousName?: string
      readonly previousOwner?: Account
    }
  | ({ readonly name: 'push' } & PushedRef)
)

/** What a push did to one branch or tag. */
export interface PushedRef {
  readonly change: RefChange
  /** Whether commits that were there are gone. */
  readonly forced: boolean
  /** The ones that are new, oldest first. */
  readonly commits: readonly Commit[]
  /** What the branch or tag points at; undefined when it is gone, or is no commit. */
  readonly head: Commit | undefined
}

/** A branch or tag that was pushed. Forty zeros stand for one that did not exist before, or does not any more. */
export interface RefChange {
  readonly ref: string
  readonly before: string
  readonly after: string
}

/** A commit of a push, as webhooks describe it. */
export interface Commit {
  readonly id: string
  readonly treeId: string
  readonly message: string
  /** ISO 8601 with the author's offset, as git prints it. */
  readonly timestamp: string
  readonly author: { readonly name: string; readonly email: string }
  readonly committer: { readonly name: string; readonly email: string }
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly modified: readonly string[]
}

/** Tells whoever listens what happened, in the order it happened, while it happens. */
export class Events {
  readonly #listeners = new Set<(event: GitHubEvent) => void>()

  subscribe(listener: (event: GitHubEvent) => void): void {
    this.#listeners.add(listener)
  }

  emit(event: GitHubEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
