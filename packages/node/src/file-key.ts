import { fileURLToPath } from 'node:url'
import { HubauthError, type KeySource, pemKey } from '@hubauth/core'
import { isPath, readSecretFile, type SecretFileOptions, SecretFileProblem } from './secret-file.ts'

/** Options of {@link fileKey}. */
export interface FileKeyOptions extends SecretFileOptions {}

/**
 * A key source over a PEM file, as GitHub lets you download it. The file is read at the first signature, and again
 * when GitHub refused a signature: replace the file, and the new key is used without a restart.
 *
 * `sign` throws `KEY_UNAVAILABLE` for a file that is missing, unreadable, no regular file, larger than 64 KiB, or
 * readable by everybody (except on Windows), and `KEY_INVALID` for one that holds no RSA private key.
 *
 * @param path A path, relative to the working directory, or a `file:` URL.
 * @throws {TypeError} When `path` is not a path; a PEM is never repeated.
 */
export function fileKey(path: string | URL, options: FileKeyOptions = {}): KeySource {
  const file = path instanceof URL ? fileURLToPath(path) : path
  if (!isPath(file))
    throw new TypeError('fileKey(): expected the path of a PEM file; for the text of a PEM, use pemKey().')
  return pemKey(async () => {
    try {
      return await readSecretFile(file, options)
    } catch (problem) {
      if (!(problem instanceof SecretFileProblem)) throw problem
      throw new HubauthError('KEY_UNAVAILABLE', `The private key is not available: ${problem.message}`, {
        remedy: problem.remedy,
        cause: problem.cause,
      })
    }
  })
}
