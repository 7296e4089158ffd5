import type { Commit } from '../state/events.ts'

const FIELDS = ['%H', '%T', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B']

/** The arguments that make `git log` print what {@link parseLog} reads: newest first, merges compared to their first parent. */
export const LOG_ARGUMENTS: readonly string[] = [
  'log',
  '-z',
  '--topo-order',
  '--no-renames',
  '--name-status',
  '--diff-merges=first-parent',
  `--format=tformat:${FIELDS.join('%x00')}`,
]

/**
 * Reads what `git log` printed.
 *
 * @param truncated Whether the end is missing; the last commit is then left out.
 */
export function parseLog(output: string, truncated: boolean): Commit[] {
  const tokens = output.split('\0')
  const commits: Commit[] = []
  let at = 0
  while (at + FIELDS.length <= tokens.length) {
    const start = at
    const [id = '', treeId = '', ...rest] = tokens.slice(start, start + FIELDS.length)
    const [name = '', email = '', , committerName = '', committerEmail = '', timestamp = '', message = ''] =
      rest
    const files = { A: [] as string[], D: [] as string[], M: [] as string[] }
    at += FIELDS.length
    for (let status = statusOf(tokens[at]); status !== undefined; status = statusOf(tokens[at])) {
      files[status].push(tokens[at + 1] ?? '')
      at += 2
    }
    commits.push({
      id: id.trim(),
      treeId,
      message: message.replace(/\n+$/, ''),
      timestamp,
      author: { name, email },
      committer: { name: committerName, email: committerEmail },
      added: files.A,
      removed: files.D,
      modified: files.M,
    })
  }
  return truncated ? commits.slice(0, -1) : commits
}

// The first status of a commit follows a line break. A changed type (`T`) is a modification to webhooks.
function statusOf(token: string | undefined): 'A' | 'D' | 'M' | undefined {
  const status = token?.trim()
  if (status === 'A' || status === 'D' || status === 'M') return status
  return status === 'T' ? 'M' : undefined
}
