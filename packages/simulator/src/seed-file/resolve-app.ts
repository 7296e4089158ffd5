import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { importAppKey } from '../auth/app-keys.ts'
import type { AppSeed } from '../options.ts'
import type { SeedFileApp } from './seed-schema.ts'

/** Far more than any RSA key takes. */
const MAX_KEY_BYTES = 65_536

/** Where the secrets of a seed file are looked for. */
export interface SecretSources {
  /** What paths are relative to. */
  readonly directory: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Fetches the secrets that an app of a seed file leaves to files and environment variables.
 *
 * @throws {TypeError} naming the member that does not hold. No content of a file or a variable is in the message.
 */
export async function resolveApp(seed: SeedFileApp, at: string, sources: SecretSources): Promise<AppSeed> {
  const {
    privateKey: _refused,
    privateKeyFile,
    privateKeyEnv,
    webhookSecretEnv,
    clientSecretEnv,
    ...rest
  } = seed
  const variable = (name: string | undefined, member: keyof SeedFileApp): string | undefined => {
    if (name === undefined) return undefined
    const value = sources.env[name]
    if (value === undefined)
      throw new TypeError(`${at}.${member}: the environment variable ${name} is not set`)
    return value
  }
  onlyOne(seed, at, ['privateKeyFile', 'privateKeyEnv'])
  onlyOne(seed, at, ['webhookSecret', 'webhookSecretEnv'])
  onlyOne(seed, at, ['clientSecret', 'clientSecretEnv'])
  const webhookSecret = variable(webhookSecretEnv, 'webhookSecretEnv')
  const clientSecret = variable(clientSecretEnv, 'clientSecretEnv')
  const privateKey =
    privateKeyFile === undefined
      ? variable(privateKeyEnv, 'privateKeyEnv')?.replaceAll('\\n', '\n')
      : await keyIn(resolve(sources.directory, privateKeyFile), `${at}.privateKeyFile`)
  if (privateKey !== undefined)
    checkKey(privateKey, `${at}.${privateKeyFile === undefined ? 'privateKeyEnv' : 'privateKeyFile'}`)
  return {
    ...rest,
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(webhookSecret === undefined ? {} : { webhookSecret }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
  }
}

function onlyOne(seed: SeedFileApp, at: string, names: readonly (keyof SeedFileApp)[]): void {
  if (names.every((name) => seed[name] !== undefined))
    throw new TypeError(`${at}: give one of ${names.join(' and ')}, not both`)
}

async function keyIn(path: string, at: string): Promise<string> {
  // A device or a pipe would be read for ever.
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new TypeError(`${at}: there is no file ${path}`)
  if (!found.isFile()) throw new TypeError(`${at}: ${path} is no file`)
  if (found.size > MAX_KEY_BYTES) throw new TypeError(`${at}: ${path} is too large for a private key`)
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new TypeError(`${at}: ${path} cannot be read`)
  }
}

function checkKey(pem: string, at: string): void {
  try {
    importAppKey(pem)
  } catch {
    throw new TypeError(`${at} must lead to the PEM of an unencrypted RSA private key of at least 2048 bits`)
  }
}
