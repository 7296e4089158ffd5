import type { Repository } from '../state/entities.ts'
import {
  type ContentEntry,
  type DirectoryEntry,
  type FileEntry,
  fileTree,
  findInTree,
} from '../state/file-tree.ts'
import { DEFAULT_BRANCH } from '../state/repositories.ts'
import { isRepositoryPath } from '../state/repository-files.ts'
import type { GitOutput } from './git-processes.ts'
import type { GitRepositories } from './git-repositories.ts'

/** GitHub's limit of what its contents API reads at all. */
const MAX_FILE_BYTES = 104_857_600
const DEFAULT_REFS = ['HEAD', DEFAULT_BRANCH, `heads/${DEFAULT_BRANCH}`, `refs/heads/${DEFAULT_BRANCH}`]
const TYPES: Readonly<Record<string, ContentEntry['type']>> = {
  '040000': 'dir',
  '120000': 'symlink',
  '160000': 'submodule',
}

/** What can be asked for at a path of one version of a repository. */
export type Contents = FileEntry | DirectoryEntry | 'no such ref' | 'no such path'

/** Reads repositories: as they were made, until git was asked for them for the first time, and with git from then on. */
export class RepositoryContents {
  readonly #repositories: GitRepositories

  constructor(repositories: GitRepositories) {
    this.#repositories = repositories
  }

  /** What is at a path, which has no slash before or behind it, on a branch, a tag or a commit. */
  async read(
    repository: Repository,
    { path, ref }: { readonly path: string; readonly ref: string },
  ): Promise<Contents> {
    if (path !== '' && !isRepositoryPath(path)) return 'no such path'
    if (this.#repositories.isOpen(repository)) return this.#readWithGit(repository, { path, ref })
    if (!DEFAULT_REFS.includes(ref) || Object.keys(repository.files).length === 0) return 'no such ref'
    return findInTree(fileTree(repository.files), path) ?? 'no such path'
  }

  async #readWithGit(
    repository: Repository,
    { path, ref }: { readonly path: string; readonly ref: string },
  ): Promise<Contents> {
    const commit = await this.#commit(repository, ref)
    if (commit === undefined) return 'no such ref'
    const entry = path === '' ? ROOT : (await this.#list(repository, commit, path))[0]
    if (entry === undefined || entry.type === 'submodule') return 'no such path'
    if (isDirectory(entry)) {
      const entries = await this.#list(repository, commit, path === '' ? '' : `${path}/`)
      return { ...entry, entries }
    }
    const { exitCode, stdout, truncated } = await this.#git(repository, ['cat-file', 'blob', entry.sha])
    const { size, sha } = entry
    const content = exitCode === 0 && !truncated ? stdout : undefined
    return { type: entry.type === 'symlink' ? 'symlink' : 'file', path, sha, size, content }
  }

  async #commit(repository: Repository, ref: string): Promise<string | undefined> {
    if (!/^\w[\w./-]{0,255}$/.test(ref)) return undefined
    const { exitCode, stdout } = await this.#git(repository, [
      'rev-parse',
      '--verify',
      '--quiet',
      `${ref}^{commit}`,
    ])
    return exitCode === 0 ? stdout.toString().trim() : undefined
  }

  // A path with a slash behind it stands for what is in that directory.
  async #list(repository: Repository, commit: string, path: string): Promise<ContentEntry[]> {
    const { exitCode, stdout } = await this.#git(repository, [
      '--literal-pathspecs',
      'ls-tree',
      '-z',
      '--long',
      commit,
      ...(path === '' ? [] : ['--', path]),
    ])
    if (exitCode !== 0) throw new Error(`cannot list repository ${repository.id}`)
    return stdout.toString().split('\0').filter(Boolean).map(parseEntry)
  }

  #git(repository: Repository, args: readonly string[]): Promise<GitOutput> {
    return this.#repositories.git(repository, args, { maxBytes: MAX_FILE_BYTES })
  }
}

const ROOT: ContentEntry = { type: 'dir', path: '', sha: '', size: 0 }

// `MODE TYPE SHA SIZE<tab>PATH`
function parseEntry(line: string): ContentEntry {
  const tab = line.indexOf('\t')
  const [mode = '', , sha = '', size = ''] = line.slice(0, tab).split(/ +/)
  return { type: TYPES[mode] ?? 'file', path: line.slice(tab + 1), sha, size: Number(size) || 0 }
}

function isDirectory(entry: ContentEntry): entry is ContentEntry & { readonly type: 'dir' } {
  return entry.type === 'dir'
}
