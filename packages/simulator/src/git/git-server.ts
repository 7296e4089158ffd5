import type { Actor } from '../auth/actor.ts'
import { githubError } from '../errors/github-error.ts'
import { Refusal } from '../errors/refusal.ts'
import { repositoryFullName } from '../resources/repository-resource.ts'
import type { Reply } from '../server/reply.ts'
import type { StreamExchange } from '../server/web-route.ts'
import type { Account, Repository } from '../state/entities.ts'
import type { Commit, PushedRef, RefChange } from '../state/events.ts'
import type { GitHubState } from '../state/github-state.ts'
import { warn } from '../warn.ts'
import { accountOf, requireGitAccess } from './git-access.ts'
import { gitActor } from './git-actor.ts'
import { type GitExchange, type GitOperation, type GitService, serveWithGit } from './git-backend.ts'
import { GitMissingError, GitProcesses, type GitProcessesOptions } from './git-processes.ts'
import { GitRepositories, NO_COMMIT } from './git-repositories.ts'

/** Above these, GitHub tells nobody about the branches or tags of a push. */
const MAX_BRANCHES_TOLD = 5_000
const MAX_TAGS_TOLD = 3
const STALLED_MS = 60_000

/** Refs that somebody changed with one push. */
export interface GitPush {
  readonly repository: Repository
  readonly sender: Account
  readonly changes: readonly PushedRef[]
}

/** What the git server tells, and how patient it is. */
export interface GitServerOptions extends GitProcessesOptions {
  /** Called once for every push that changed something, before its client hears that it worked. */
  onPush?(push: GitPush): void
  /** A client that sends nothing for so long in the middle of its body is cut off. Default 60 seconds. */
  readonly stalledMs?: number
}

/** A request of the smart HTTP protocol, taken apart. */
export interface GitRequest {
  readonly owner: string
  readonly name: string
  /** Whether the repository was written with `.git`. */
  readonly suffix: '' | '.git'
  readonly operation: GitOperation
  /** Undefined when none, or an unknown one, is asked for. */
  readonly service: GitService | undefined
  readonly authorization: string | undefined
  /** The root of the web site, for redirects. */
  readonly webUrl: string
}

interface GitCall extends StreamExchange {
  readonly operation: GitOperation
  readonly service: GitService
  readonly actor: Actor
  readonly repository: Repository
}

/** git over HTTP: who may, what, and git itself. */
export class GitServer {
  readonly repositories: GitRepositories
  readonly processes: GitProcesses
  readonly #state: GitHubState
  readonly #options: GitServerOptions
  #closed = false

  constructor(state: GitHubState, options: GitServerOptions = {}) {
    this.#state = state
    this.#options = options
    this.processes = new GitProcesses(options)
    this.repositories = new GitRepositories(this.processes)
  }

  /** Answers a git request, or says what is to be answered. Never rejects. */
  async answer(git: GitRequest, exchange: StreamExchange): Promise<Reply | 'sent'> {
    try {
      return await this.#answer(git, exchange)
    } catch (error) {
      if (error instanceof Refusal) return githubError(error.code, error.options)
      if (error instanceof GitMissingError) return githubError('GIT_MISSING')
      this.#warn(error)
      if (!this.#closed && !exchange.response.headersSent) return githubError('GIT_FAILED')
      exchange.response.destroy()
      return 'sent'
    }
  }

  /** Ends what runs, and removes the repositories. */
  async close(): Promise<void> {
    this.#closed = true
    await this.processes.close()
    await this.repositories.close()
  }

  async #answer(git: GitRequest, exchange: StreamExchange): Promise<Reply | 'sent'> {
    const { service, operation } = git
    const actor = gitActor(this.#state, git.authorization)
    if (service === undefined) throw new Refusal('GIT_DUMB_PROTOCOL')
    const { repositories } = this.#state
    const named = repositories.find(git.owner, git.name)
    const found = named ?? repositories.findMoved(git.owner, git.name)
    const repository = requireGitAccess(this.#state, actor, { repository: found, service })
    if (named === undefined) return moved(git, repository)
    const served = await this.#serve({ ...exchange, operation, service, actor, repository })
    return served ? 'sent' : githubError('GIT_FAILED')
  }

  async #serve(call: GitCall): Promise<boolean> {
    const { repository, actor, ...exchange } = call
    const backend: GitExchange = {
      ...exchange,
      directory: await this.repositories.open(repository),
      remoteUser: accountOf(actor)?.login ?? '',
      stalledMs: this.#options.stalledMs ?? STALLED_MS,
      headers: { date: new Date(this.#state.clock.now()).toUTCString(), server: 'GitHub Babel 2.0' },
    }
    if (call.operation === 'advertise' || call.service === 'git-upload-pack')
      return serveWithGit(this.processes, backend)
    return this.repositories.exclusively(repository, async () => {
      const before = await this.repositories.refs(repository)
      const finished = (): Promise<void> => this.#tell(call, before).catch((error) => this.#warn(error))
      return serveWithGit(this.processes, { ...backend, finished })
    })
  }

  #warn(error: unknown): void {
    if (!this.#closed) warn(error)
  }

  async #tell({ repository, actor }: GitCall, before: ReadonlyMap<string, string>): Promise<void> {
    const sender = accountOf(actor)
    const changes = told(refChanges(before, await this.repositories.refs(repository)))
    if (sender === undefined || changes.length === 0) return
    const described: PushedRef[] = []
    const tips = new Set([...before].filter(([ref]) => ref.startsWith('refs/heads/')).map(([, id]) => id))
    const heads = new Map<string, Promise<Commit | undefined>>()
    const headOf = (id: string): Promise<Commit | undefined> => {
      const head = heads.get(id) ?? this.repositories.commit(repository, id)
      heads.set(id, head)
      return head
    }
    for (const change of changes) {
      const forced = await this.repositories.isForced(repository, change)
      // A new branch at the tip of another one brings no commits: no need to ask git, perhaps thousands of times.
      const isKnown = change.before === NO_COMMIT && tips.has(change.after)
      const commits = isKnown ? [] : await this.repositories.commits(repository, change)
      described.push({ change, forced, commits, head: commits.at(-1) ?? (await headOf(change.after)) })
    }
    this.#options.onPush?.({ repository, sender, changes: described })
  }
}

function moved({ suffix, operation, service, webUrl }: GitRequest, to: Repository): Reply {
  const action = operation === 'advertise' ? `info/refs?service=${service}` : service
  const location = `${webUrl}/${repositoryFullName(to)}${suffix}/${action}`
  return { status: 301, body: '', headers: { 'content-type': 'text/plain', location } }
}

function refChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): RefChange[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names]
    .map((ref) => ({ ref, before: before.get(ref) ?? NO_COMMIT, after: after.get(ref) ?? NO_COMMIT }))
    .filter((change) => change.before !== change.after)
}

// https://docs.github.com/webhooks/webhook-events-and-payloads#push
function told(changes: readonly RefChange[]): RefChange[] {
  const branches = changes.filter(({ ref }) => ref.startsWith('refs/heads/'))
  const tags = changes.filter(({ ref }) => ref.startsWith('refs/tags/'))
  return [
    ...(branches.length > MAX_BRANCHES_TOLD ? [] : branches),
    ...(tags.length > MAX_TAGS_TOLD ? [] : tags),
  ]
}
