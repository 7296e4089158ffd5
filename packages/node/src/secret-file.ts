import { constants, type FileHandle, open } from 'node:fs/promises'

/** A PEM has 2 to 4 KiB; whatever is larger is another file. */
const MAX_BYTES = 64 * 1_024
const OTHERS_MAY_READ = 0o004

/** Options of {@link readSecretFile}. */
export interface SecretFileOptions {
  /** Accept a file that everybody on this machine may read. Default false. */
  readonly allowWorldReadable?: boolean | undefined
}

interface SecretFileProblemOptions {
  readonly remedy: string
  readonly code?: string | undefined
  readonly cause?: unknown
}

/** Why a file cannot be used, in whole sentences, without a word of its content. */
export class SecretFileProblem extends Error {
  /** What to do about it. */
  readonly remedy: string
  /** The system's code, such as `ENOENT`, or `EACCES` where this process should not read what it could. */
  readonly code: string | undefined

  constructor(what: string, { remedy, code, cause }: SecretFileProblemOptions) {
    super(what, { cause })
    this.remedy = remedy
    this.code = code
  }
}

/** Reads a file that holds a secret. @throws {SecretFileProblem} */
export async function readSecretFile(path: string, options: SecretFileOptions = {}): Promise<string> {
  return withSecretFile(path, options, (file) => file.readFile('utf8'))
}

/** Checks that a file can be read as a secret, without reading it. @throws {SecretFileProblem} */
export async function checkSecretFile(path: string, options: SecretFileOptions = {}): Promise<void> {
  return withSecretFile(path, options, async () => undefined)
}

/**
 * Whether text is a path rather than what a file holds. Checked before a path is put into a message: keys are pasted
 * where paths belong.
 */
export function isPath(text: unknown): text is string {
  return typeof text === 'string' && text.length > 0 && text.length <= 1_024 && !/-----|[\r\n\0]/.test(text)
}

async function withSecretFile<T>(
  path: string,
  options: SecretFileOptions,
  use: (file: FileHandle) => Promise<T>,
): Promise<T> {
  let file: FileHandle | undefined
  try {
    // Non-blocking, because opening a named pipe would wait for its writer.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    await checkFile(path, file, options)
    return await use(file)
  } catch (cause) {
    throw cause instanceof SecretFileProblem ? cause : unreadable(path, cause)
  } finally {
    await file?.close()
  }
}

/** Looks at the open file, not at its path again: the path may lead to another file by then. */
async function checkFile(
  path: string,
  file: FileHandle,
  { allowWorldReadable = false }: SecretFileOptions,
): Promise<void> {
  const stats = await file.stat()
  if (!stats.isFile()) {
    const kind = stats.isDirectory() ? 'a directory (EISDIR)' : 'not a regular file'
    throw new SecretFileProblem(`${path} is ${kind}.`, { remedy: 'Name the file itself.' })
  }
  if (stats.size > MAX_BYTES) {
    throw new SecretFileProblem(`${path} has ${stats.size} bytes, and no key has more than ${MAX_BYTES}.`, {
      remedy: 'Check that it is the right file.',
    })
  }
  if (process.platform !== 'win32' && !allowWorldReadable && (stats.mode & OTHERS_MAY_READ) !== 0) {
    throw new SecretFileProblem(
      `Everybody on this machine may read ${path} (mode ${(stats.mode & 0o777).toString(8).padStart(4, '0')}).`,
      {
        code: 'EACCES',
        remedy: `Run chmod 600 ${path}, or set allowWorldReadable where that is meant (a Kubernetes mount).`,
      },
    )
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'this process may not read it',
  EPERM: 'this process may not read it',
  ENOTDIR: 'a part of its path is not a directory',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'this process has too many files open',
}

function unreadable(path: string, cause: unknown): SecretFileProblem {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  return new SecretFileProblem(
    `${path} cannot be read: ${REASONS[code] ?? 'the system refused'} (${code}).`,
    {
      remedy: 'Check the path, which is relative to where the process was started, and who may read it.',
      code,
      cause,
    },
  )
}
