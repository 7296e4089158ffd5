import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, onTestFinished } from 'vitest'

/** Groups tests that need git: skipped where there is none, and failing instead of skipped in CI. */
export const describeGit: ReturnType<typeof describe.skipIf> = describe.skipIf(
  gitIsMissing() && !process.env.CI,
)

function gitIsMissing(): boolean {
  try {
    execFileSync('git', ['--version'])
    return false
  } catch {
    console.error('There is no git on the PATH: the tests of git over HTTP are skipped.')
    return true
  }
}

export interface GitResult {
  readonly code: number
  readonly stdout: string
  /** Everything git says to a person, without progress. */
  readonly stderr: string
}

export interface GitClient {
  /** A directory of its own, removed when the test ends. It is the client's home, too. */
  readonly home: string
  /** Runs git there, with nobody to ask for a password. A failing command is a result. */
  run(...args: readonly string[]): Promise<GitResult>
  /** Runs git there and returns what it printed. */
  ok(...args: readonly string[]): Promise<string>
  /** Runs git there with something to read. */
  input(text: string, ...args: readonly string[]): Promise<void>
  /** Commits a file in a clone, and returns the commit's id. */
  commit(clone: string, path: string, content: string | Uint8Array): Promise<string>
}

/** A real git with none of the machine's configuration. */
export async function gitClient(env: Readonly<Record<string, string>> = {}): Promise<GitClient> {
  const home = await mkdtemp(join(tmpdir(), 'git-client-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'http',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    GIT_AUTHOR_DATE: '2026-01-02T03:04:05+0100',
    GIT_COMMITTER_DATE: '2026-01-02T03:04:05+0100',
    ...env,
  }
  const run = (...args: readonly string[]): Promise<GitResult> =>
    new Promise((resolve) => {
      const options = { cwd: home, env: environment, maxBuffer: 50_000_000 }
      execFile('git', args, options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout: stdout.trim(), stderr }),
      )
    })
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args)
    if (code !== 0) throw new Error(`git ${args[0]}: ${stderr}`)
    return stdout
  }
  return {
    home,
    run,
    ok,
    async input(text, ...args) {
      execFileSync('git', args, { cwd: home, env: environment, input: text })
    },
    async commit(clone, path, content) {
      await writeFile(join(home, clone, path), content)
      await ok('-C', clone, 'add', path)
      await ok('-C', clone, 'commit', '-qm', `Add ${path}`)
      return ok('-C', clone, 'rev-parse', 'HEAD')
    },
  }
}

/** An address with a credential in it. */
export function withToken(url: string, token: string, username = 'x-access-token'): string {
  return url.replace('//', `//${username}:${token}@`)
}

export interface CredentialLog {
  /** What makes git use the helper. */
  readonly options: readonly string[]
  /** What git asked of it: `get`, `store`, `erase`. */
  calls(): Promise<string[]>
}

/** A credential helper that answers with a token, and writes down what git asks of it. */
export function credentialHelper({ home }: GitClient, token: string): CredentialLog {
  const log = join(home, 'credential.log')
  const answer = `test "$1" = get && printf 'username=x-access-token\\npassword=${token}\\n'`
  const helper = `!f() { cat > /dev/null; echo "$1" >> '${log}'; ${answer}; }; f`
  return {
    options: ['-c', `credential.helper=${helper}`],
    async calls() {
      return (await readFile(log, 'utf8')).trim().split('\n')
    },
  }
}
