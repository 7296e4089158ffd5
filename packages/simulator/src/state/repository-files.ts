/** What a repository starts with: paths and their texts. */
export type RepositoryFiles = Readonly<Record<string, string>>

/**
 * Whether these files can be in a repository.
 *
 * @throws {TypeError} naming the path that cannot.
 */
export function checkFiles(files: RepositoryFiles): void {
  for (const path of Object.keys(files)) {
    if (!isRepositoryPath(path)) throw new TypeError(`"${path}" is not a path of a file in a repository`)
    const folders = path.split('/').slice(0, -1)
    const file = folders
      .map((_, index) => folders.slice(0, index + 1).join('/'))
      .find((folder) => Object.hasOwn(files, folder))
    if (file !== undefined) throw new TypeError(`"${file}" cannot be a file and the folder of "${path}"`)
  }
}

/** Whether a path names a file in a repository: relative, without `.`, `..`, `.git` or empty parts. */
export function isRepositoryPath(path: string): boolean {
  // Control characters and backslashes would need quoting in more places than they are worth.
  if (path.length > 1_000 || !/^[^\p{Cc}\\]+$/u.test(path)) return false
  return path.split('/').every((part) => !/^(?:\.{0,2}|\.git[. ]*)$/i.test(part))
}
