import { DEFAULT_BRANCH } from '../state/repositories.ts'
import type { RepositoryFiles } from '../state/repository-files.ts'

/** Who made a commit, and when. */
export interface CommitAuthor {
  readonly name: string
  readonly email: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** The input of `git fast-import` that makes the default branch with one commit. */
export function firstCommit(files: RepositoryFiles, { name, email, at }: CommitAuthor): string {
  const signature = `${name} <${email}> ${Math.floor(at / 1000)} +0000`
  const changes = Object.entries(files).map(
    ([path, text]) => `M 100644 inline ${quoted(path)}\n${data(text)}`,
  )
  return [
    `commit refs/heads/${DEFAULT_BRANCH}\n`,
    `author ${signature}\n`,
    `committer ${signature}\n`,
    data('Initial commit\n'),
    ...changes,
  ].join('')
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`
}

function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&')}"`
}
