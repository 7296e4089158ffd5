import { createHash } from 'node:crypto'

/** Something in a repository. `sha` is what git calls it. */
export interface ContentEntry {
  readonly type: 'file' | 'dir' | 'symlink' | 'submodule'
  /** Below the root, without a leading slash; empty for the root. */
  readonly path: string
  readonly sha: string
  /** In bytes; 0 for what is no file. */
  readonly size: number
}

/** A file, or a symbolic link, whose content is where it leads. */
export interface FileEntry extends ContentEntry {
  readonly type: 'file' | 'symlink'
  /** Undefined when it is too large to be read. */
  readonly content: Buffer | undefined
}

/** A directory and what is in it, in git's order. */
export interface DirectoryEntry extends ContentEntry {
  readonly type: 'dir'
  readonly entries: readonly ContentEntry[]
}

interface Tree extends DirectoryEntry {
  readonly entries: readonly (FileEntry | Tree)[]
}

// Names and what they stand for.
type Folder = Map<string, string | Folder>

/** The files of a repository as the directories they are in, with the hashes that git would give them. */
export function fileTree(files: Readonly<Record<string, string>>): Tree {
  const root: Folder = new Map()
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split('/')
    const name = parts.pop() ?? ''
    parts.reduce(subfolder, root).set(name, text)
  }
  return directory(root, '')
}

/** What is at a path; the root when it is empty. */
export function findInTree(root: Tree, path: string): FileEntry | Tree | undefined {
  let at: FileEntry | Tree | undefined = root
  for (const name of path === '' ? [] : path.split('/'))
    at = isTree(at) ? at.entries.find((entry) => nameOf(entry) === name) : undefined
  return at
}

/** The last part of a path. */
export function nameOf({ path }: { readonly path: string }): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function subfolder(folder: Folder, name: string): Folder {
  const known = folder.get(name)
  if (known instanceof Map) return known
  const fresh: Folder = new Map()
  folder.set(name, fresh)
  return fresh
}

function directory(folder: Folder, path: string): Tree {
  const entries = [...folder]
    .map(([name, found]) => {
      const below = path === '' ? name : `${path}/${name}`
      return typeof found === 'string' ? file(found, below) : directory(found, below)
    })
    .sort((one, other) => Buffer.compare(sortKey(one), sortKey(other)))
  return { type: 'dir', path, sha: treeHash(entries), size: 0, entries }
}

function file(text: string, path: string): FileEntry {
  const content = Buffer.from(text)
  return { type: 'file', path, sha: objectHash('blob', content), size: content.length, content }
}

function isTree(entry: FileEntry | Tree | undefined): entry is Tree {
  return entry?.type === 'dir'
}

function treeHash(entries: readonly ContentEntry[]): string {
  const lines = entries.flatMap((entry) => [
    Buffer.from(`${entry.type === 'file' ? '100644' : '40000'} ${nameOf(entry)}\0`),
    Buffer.from(entry.sha, 'hex'),
  ])
  return objectHash('tree', Buffer.concat(lines))
}

// git names its objects by SHA-1; nothing is secured by it.
function objectHash(type: 'blob' | 'tree', content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
}

// git sorts a directory as if its name ended in a slash.
function sortKey(entry: ContentEntry): Buffer {
  return Buffer.from(entry.type === 'dir' ? `${nameOf(entry)}/` : nameOf(entry))
}
