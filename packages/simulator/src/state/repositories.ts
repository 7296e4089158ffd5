import type { Account, Author, Comment, Issue, Repository } from './entities.ts'
import { FIRST_ID, type Ids } from './ids.ts'

/** What a repository's name looks like, without its owner. */
export const REPOSITORY_NAME_PATTERN: RegExp = /^(?!\.{1,2}$)(?!.*\.git$)[\w.-]{1,100}$/i

/** What the first branch of every repository is called. */
export const DEFAULT_BRANCH = 'main'

/** Repositories by owner and name, regardless of case. A name that was given up keeps pointing to its repository. */
export class Repositories {
  readonly #ids: Ids
  readonly #byId = new Map<number, Repository>()
  readonly #byName = new Map<string, Repository>()
  readonly #moved = new Map<string, Repository>()
  readonly #byOwner = new Map<Account, Repository[]>()

  constructor(ids: Ids) {
    this.#ids = ids
  }

  /** @throws {TypeError} when the owner already has a repository of that name. */
  add(owner: Account, options: NewRepository): Repository {
    this.#claim(owner, options.name)
    const { name, description, files, now } = options
    const id = this.#ids.next(FIRST_ID.repository)
    const repository: Repository = {
      id,
      owner,
      name,
      private: options.private,
      description,
      collaborators: new Map(),
      files,
      issues: [],
      createdAt: now,
      updatedAt: now,
      pushedAt: now,
    }
    this.#byId.set(id, repository)
    this.#byName.set(fullNameKey(owner.login, name), repository)
    this.#ownedBy(owner).push(repository)
    return repository
  }

  find(owner: string, name: string): Repository | undefined {
    return this.#byName.get(fullNameKey(owner, name))
  }

  findById(id: number): Repository | undefined {
    return this.#byId.get(id)
  }

  /** The repository that used to have this name, when no other one has it now. */
  findMoved(owner: string, name: string): Repository | undefined {
    return this.#moved.get(fullNameKey(owner, name))
  }

  /** The repositories of an account, oldest first. */
  of(owner: Account): readonly Repository[] {
    return this.#ownedBy(owner)
  }

  /** How many of an account's repositories everybody can see. */
  publicCount(owner: Account): number {
    return this.of(owner).filter((repository) => !repository.private).length
  }

  rename(repository: Repository, name: string): void {
    if (name.toLowerCase() !== repository.name.toLowerCase()) this.#claim(repository.owner, name)
    this.#move(repository, () => {
      repository.name = name
    })
  }

  /** @throws {TypeError} when the new owner has a repository of that name. */
  transfer(repository: Repository, owner: Account): void {
    this.#claim(owner, repository.name)
    const left = this.#ownedBy(repository.owner)
    left.splice(left.indexOf(repository), 1)
    this.#ownedBy(owner).push(repository)
    this.#move(repository, () => {
      repository.owner = owner
    })
  }

  /** Follows an owner's new login; `rename` changes the account. */
  renameOwner(owner: Account, rename: () => void): void {
    const repositories = this.of(owner)
    const before = repositories.map(({ name }) => fullNameKey(owner.login, name))
    rename()
    for (const [index, repository] of repositories.entries()) this.#forward(before[index] ?? '', repository)
  }

  addIssue(
    repository: Repository,
    options: { title: string; body: string | null; author: Author; now: number },
  ): Issue {
    const { title, body, author, now } = options
    const id = this.#ids.next(FIRST_ID.issue)
    const issue: Issue = {
      id,
      number: repository.issues.length + 1,
      title,
      body,
      author,
      comments: [],
      createdAt: now,
      updatedAt: now,
      closed: undefined,
    }
    repository.issues.push(issue)
    return issue
  }

  addComment(issue: Issue, options: { body: string; author: Author; now: number }): Comment {
    const comment: Comment = {
      id: this.#ids.next(FIRST_ID.comment),
      body: options.body,
      author: options.author,
      createdAt: options.now,
    }
    issue.comments.push(comment)
    issue.updatedAt = options.now
    return comment
  }

  #ownedBy(owner: Account): Repository[] {
    const known = this.#byOwner.get(owner)
    if (known !== undefined) return known
    const none: Repository[] = []
    this.#byOwner.set(owner, none)
    return none
  }

  #move(repository: Repository, change: () => void): void {
    const before = fullNameKey(repository.owner.login, repository.name)
    change()
    this.#forward(before, repository)
  }

  #forward(before: string, repository: Repository): void {
    const after = fullNameKey(repository.owner.login, repository.name)
    this.#byName.delete(before)
    this.#moved.set(before, repository)
    this.#moved.delete(after)
    this.#byName.set(after, repository)
  }

  #claim(owner: Account, name: string): void {
    if (!REPOSITORY_NAME_PATTERN.test(name)) throw new TypeError(`"${name}" is not a repository name`)
    const key = fullNameKey(owner.login, name)
    if (this.#byName.has(key)) throw new TypeError(`${owner.login} already has a repository "${name}"`)
    this.#moved.delete(key)
  }
}

/** What a repository is made with; `now` in epoch milliseconds. */
export interface NewRepository {
  readonly name: string
  readonly private: boolean
  readonly description: string | null
  readonly files: Readonly<Record<string, string>>
  readonly now: number
}

function fullNameKey(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase()
}
