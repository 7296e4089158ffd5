import { HubauthError, type KeySource, pemKey } from '@hubauth/core'
import { isFile, secretInFile } from './file-secret.ts'
import type { SecretFileOptions } from './secret-file.ts'

/** Options of {@link fileKey}. */
export interface FileKeyOptions extends SecretFileOptions {}

/**
 * A key source over a PEM file, as GitHub lets you download it. The file is read for every signature, which an app makes once
 * in eight minutes: replace the file, and the new key is used without a restart. While it cannot be read, the last good key
 * goes on signing, and the one before a change has another chance when GitHub does not know the new one yet.
 *
 * `sign` throws `KEY_UNAVAILABLE` for a file that is missing, unreadable, no regular file, larger than 64 KiB, or
 * readable by everybody (except on Windows), and `KEY_INVALID` for one that holds no RSA private key.
 *
 * @param path A path, relative to the working directory, or a `file:` URL.
 * @throws {TypeError} When `path` is not a path; a PEM is never repeated.
 */
export function fileKey(path: string | URL, options: FileKeyOptions = {}): KeySource {
  if (!isFile(path))
    throw new TypeError('fileKey(): expected the path of a PEM file; for the text of a PEM, use pemKey().')
  const file = secretInFile(path, options, ({ message, remedy, cause }) => {
    return new HubauthError('KEY_UNAVAILABLE', `The private key is not available: ${message}`, {
      remedy,
      cause,
    })
  })
  return pemKey(file, { reread: 'every' })
}
