import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noreplyEmail } from '../state/accounts.ts'
import type { Repository } from '../state/entities.ts'
import type { Commit, RefChange } from '../state/events.ts'
import { DEFAULT_BRANCH } from '../state/repositories.ts'
import { firstCommit } from './first-commit.ts'
import { LOG_ARGUMENTS, parseLog } from './git-log.ts'
import type { GitOutput, GitProcesses } from './git-processes.ts'

/** What stands for a ref that does not exist. */
export const NO_COMMIT: string = '0'.repeat(40)
/** GitHub lists at most this many commits in one `push` webhook. */
const MAX_COMMITS = 2_048

/** Where a repository is, for git. */
export interface GitDirectory {
  /** The private directory that holds all repositories. */
  readonly root: string
  /** The folder of this one: its id and `.git`. */
  readonly folder: string
}

/**
 * The repositories on disk: bare ones in one private temporary directory, each in a folder named after its id, made with
 * its first commit when somebody first asks for it.
 */
export class GitRepositories {
  readonly #processes: GitProcesses
  readonly #made = new Map<number, Promise<GitDirectory>>()
  readonly #turns = new Map<number, Promise<void>>()
  #root: Promise<string> | undefined
  #closed = false

  constructor(processes: GitProcesses) {
    this.#processes = processes
  }

  /** @throws {GitMissingError} when there is no git. */
  open(repository: Repository): Promise<GitDirectory> {
    const known = this.#made.get(repository.id)
    if (known !== undefined) return known
    const made = this.#make(repository)
    this.#made.set(repository.id, made)
    // What failed is tried again by the next one who asks.
    made.catch(() => this.#made.delete(repository.id))
    return made
  }

  /** Whether somebody asked for it before: only then it may contain something else than at first. */
  isOpen({ id }: Repository): boolean {
    return this.#made.has(id)
  }

  /** Does one thing to a repository after the other. What fails does not hold up the next one. */
  exclusively<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
    const result = (this.#turns.get(repository.id) ?? Promise.resolve()).then(work)
    const turn = result.then(
      () => {},
      () => {},
    )
    this.#turns.set(repository.id, turn)
    void turn.then(() => {
      if (this.#turns.get(repository.id) === turn) this.#turns.delete(repository.id)
    })
    return result
  }

  /** Branches and tags with the commit or tag object they point to, by full name. */
  async refs(repository: Repository): Promise<ReadonlyMap<string, string>> {
    const { exitCode, stdout, truncated } = await this.git(repository, [
      'for-each-ref',
      '--format=%(objectname) %(refname)',
    ])
    if (exitCode !== 0 || truncated) throw new Error(`cannot list the refs of repository ${repository.id}`)
    const lines = stdout.toString().split('\n').filter(Boolean)
    return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]))
  }

  /** Whether a ref was moved to where its commits do not lead. */
  async isForced(repository: Repository, { before, after }: RefChange): Promise<boolean> {
    if (before === NO_COMMIT || after === NO_COMMIT) return false
    const { exitCode } = await this.git(repository, ['merge-base', '--is-ancestor', before, after])
    return exitCode !== 0
  }

  /**
   * The commits that a change brought to a ref, oldest first, the newest 2048 at most. For a new ref: the ones that no
   * other branch has.
   */
  async commits(repository: Repository, { ref, before, after }: RefChange): Promise<Commit[]> {
    if (after === NO_COMMIT) return []
    const branch = ref.replace(/^refs\/heads\//, '')
    const known = before === NO_COMMIT ? [`--exclude=${branch}`, '--branches'] : [before]
    const newestFirst = await this.#log(repository, [`--max-count=${MAX_COMMITS}`, after, '--not', ...known])
    return newestFirst.reverse()
  }

  /** The commit that an object is, or that a tag points to; undefined when it is none. */
  async commit(repository: Repository, id: string): Promise<Commit | undefined> {
    if (id === NO_COMMIT) return undefined
    const [commit] = await this.#log(repository, ['--max-count=1', id])
    return commit
  }

  // A tag may point to something that is no commit.
  async #log(repository: Repository, what: readonly string[]): Promise<Commit[]> {
    const { exitCode, stdout, truncated } = await this.git(repository, [...LOG_ARGUMENTS, ...what, '--'])
    return exitCode === 0 || truncated ? parseLog(stdout.toString(), truncated) : []
  }

  /** Removes everything. The processes have to be gone by then. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#made.values())
    const root = await this.#root?.catch(() => undefined)
    if (root !== undefined) await rm(root, { recursive: true, force: true, maxRetries: 5 })
  }

  async #make(repository: Repository): Promise<GitDirectory> {
    const { id, files, owner, createdAt } = repository
    const directory = { root: await this.#directory(), folder: `${id}.git` }
    const path = join(directory.root, directory.folder)
    const run = (args: readonly string[], input = ''): Promise<GitOutput> =>
      this.#processes.run(args, { home: directory.root, input })
    const made = await run([
      'init',
      '--quiet',
      '--bare',
      '--template=',
      `--initial-branch=${DEFAULT_BRANCH}`,
      path,
    ])
    if (made.exitCode !== 0) throw new Error(`cannot make repository ${id}`)
    if (Object.keys(files).length === 0) return directory
    const input = firstCommit(files, { name: owner.login, email: noreplyEmail(owner), at: createdAt })
    const filled = await run([`--git-dir=${path}`, 'fast-import', '--quiet', '--date-format=raw'], input)
    if (filled.exitCode !== 0) throw new Error(`cannot fill repository ${id}`)
    return directory
  }

  // `mkdtemp` makes it for this user only.
  #directory(): Promise<string> {
    if (this.#closed) throw new Error('the simulator is closed')
    this.#root ??= mkdtemp(join(tmpdir(), 'github-simulator-'))
    return this.#root
  }

  /** Runs git on a repository, to its end. Keeps the first 16 MiB of what it prints unless told otherwise. */
  async git(
    repository: Repository,
    args: readonly string[],
    options: { readonly maxBytes?: number } = {},
  ): Promise<GitOutput> {
    const { root, folder } = await this.open(repository)
    return this.#processes.run([`--git-dir=${join(root, folder)}`, ...args], {
      ...options,
      home: root,
    })
  }
}
