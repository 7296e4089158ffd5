import { fileURLToPath } from 'node:url'
import { HubauthError, type StoredSecret, storedSecret } from '@hubauth/core'
import { isPath, readSecretFile, type SecretFileOptions, SecretFileProblem } from './secret-file.ts'

/** Options of {@link fileSecret}. */
export interface FileSecretOptions extends SecretFileOptions {}

/**
 * A secret in a file: a webhook secret for `createWebhookReceiver`, one per line while one replaces another, or a JSON document
 * whose `field(name)` is a key for `pemKey` or a secret. Replace the file, and the new one is used without a restart.
 *
 * `read` throws `STORE_NOT_FOUND`, `STORE_ACCESS_DENIED` (also for a file that everybody may read, except on Windows),
 * `STORE_UNAVAILABLE`, `STORE_FIELD_MISSING`.
 *
 * @param path A path, relative to the working directory, or a `file:` URL.
 * @throws {TypeError} When `path` is not a path; a secret is never repeated.
 */
export function fileSecret(path: string | URL, options: FileSecretOptions = {}): StoredSecret {
  if (!isFile(path)) throw new TypeError('fileSecret(): expected the path of a file, not what it holds.')
  return secretInFile(path, options, ({ message, remedy, code = '', cause }, place) => {
    return new HubauthError(CODES[code] ?? 'STORE_UNAVAILABLE', message, { remedy, cause, details: place })
  })
}

/** Whether this is a path or a `file:` URL; keys are pasted where paths belong. */
export function isFile(path: unknown): path is string | URL {
  return path instanceof URL ? path.protocol === 'file:' : isPath(path)
}

/** A secret in a file, with errors of one's own for what is wrong with the file. */
export function secretInFile(
  path: string | URL,
  options: SecretFileOptions,
  errorOf: (problem: SecretFileProblem, place: StoredSecret['place']) => HubauthError,
): StoredSecret {
  const file = path instanceof URL ? fileURLToPath(path) : path
  // Each read of a file system that hangs takes one of the few threads of the process, which sign as well.
  let reading: Promise<string> | undefined
  const read = () => {
    reading ??= readSecretFile(file, options).finally(() => {
      reading = undefined
    })
    return reading
  }
  const secret: StoredSecret = storedSecret({
    store: 'The file system',
    secretId: file,
    async fetch() {
      try {
        return await read()
      } catch (problem) {
        throw problem instanceof SecretFileProblem ? errorOf(problem, secret.place) : problem
      }
    },
  })
  return secret
}

const CODES: Readonly<Record<string, 'STORE_NOT_FOUND' | 'STORE_ACCESS_DENIED'>> = {
  ENOENT: 'STORE_NOT_FOUND',
  ENOTDIR: 'STORE_NOT_FOUND',
  EACCES: 'STORE_ACCESS_DENIED',
  EPERM: 'STORE_ACCESS_DENIED',
}
