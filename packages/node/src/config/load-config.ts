import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  HubauthError,
  type KeySource,
  type OrganizationApp,
  type OrganizationsOptions,
  type SecretSource,
} from '@hubauth/core'
import { type Environment, envKey } from '../env-key.ts'
import { fileKey } from '../file-key.ts'
import { fileSecret } from '../file-secret.ts'
import { checkSecretFile, readSecretFile, SecretFileProblem } from '../secret-file.ts'
import { ConfigPlace, shown } from './config-place.ts'
import { type ConfiguredEnvironment, checkedEnvironments, type SecretReference } from './config-schema.ts'
import { nearestName } from './nearest-name.ts'
import { type JsonValue, parseJson } from './parse-json.ts'

/** The environment variable that chooses the environment when `loadConfig` is not told. */
export const ENVIRONMENT_VARIABLE = 'HUBAUTH_ENVIRONMENT'

/** Options of {@link loadConfig}. */
export interface LoadConfigOptions {
  /** Name of the environment in the file. Default: the variable `HUBAUTH_ENVIRONMENT`, else the only one there is. */
  readonly environment?: string | undefined
  /** Where environment variables are looked up. Default `process.env`. */
  readonly env?: Environment | undefined
}

/** A configuration, ready for use. */
export interface Config {
  /** Name of the environment that was chosen. */
  readonly environment: string
  /** For `createGitHubAuth`. Keys are read at their first use. */
  readonly auth: OrganizationsOptions
  /** For `createWebhookReceiver`; empty when the file names none. Those in files are read again while the server runs. */
  readonly webhookSecrets: readonly (string | SecretSource)[]
}

/**
 * Loads a JSON file that names apps by environment and organization:
 *
 * `{ "PROD": { "webhookSecret": { "env": "SECRET" }, "organizations": { "acme": { "appId": "Iv23…", "key": { "file": "acme.pem" } } } } }`
 *
 * The file holds no secret: keys and webhook secrets are in files, relative to it, or in environment variables. All of
 * it is checked, also what was not chosen; files and variables of the chosen environment must exist.
 *
 * @param path A path, relative to the working directory, or a `file:` URL.
 * @throws {HubauthError} `CONFIG_INVALID`, which names the file, the place in it, what is wrong and what is allowed.
 */
export async function loadConfig(
  path: string | URL,
  { environment, env = process.env }: LoadConfigOptions = {},
): Promise<Config> {
  const file = path instanceof URL ? fileURLToPath(path) : path
  const root = new ConfigPlace(file, await readJson(file))
  const environments = checkedEnvironments(root)
  const [name, chosen] = choose(environments, root, environment ?? (env[ENVIRONMENT_VARIABLE] || undefined))
  const secrets = new SecretReader(dirname(resolve(file)), env)
  return Object.freeze({
    environment: name,
    auth: await authOptions(chosen, secrets),
    webhookSecrets: await Promise.all(
      chosen.webhookSecrets.map((reference) => secrets.webhookSecret(reference)),
    ),
  })
}

async function readJson(file: string): Promise<JsonValue> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new HubauthError('CONFIG_INVALID', `${file}: the configuration file cannot be read (${code}).`, {
      cause,
      remedy: 'Check the path, which is relative to where the process was started.',
    })
  }
  try {
    return parseJson(text)
  } catch (error) {
    const where = error instanceof SyntaxError ? error.message : 'not readable'
    throw new HubauthError('CONFIG_INVALID', `${file}: not valid JSON: ${where}.`)
  }
}

function choose(
  environments: ReadonlyMap<string, ConfiguredEnvironment>,
  root: ConfigPlace,
  wanted: string | undefined,
): readonly [string, ConfiguredEnvironment] {
  const names = [...environments.keys()]
  const [only] = environments
  if (wanted === undefined && only !== undefined && names.length === 1) return only
  const found = wanted === undefined ? undefined : environments.get(wanted)
  if (wanted !== undefined && found !== undefined) return [wanted, found]
  const there = `The file has: ${names.map(shown).join(', ')}.`
  if (wanted === undefined)
    throw root.error('which environment?', `Pass environment or set ${ENVIRONMENT_VARIABLE}. ${there}`)
  const near = nearestName(wanted, names)
  const hint = near === undefined ? '' : ` Did you mean ${shown(near)}?`
  throw root.error(`there is no environment ${shown(wanted)}.${hint}`, there)
}

async function authOptions(
  { organizations, baseUrl, allowHttp }: ConfiguredEnvironment,
  secrets: SecretReader,
): Promise<OrganizationsOptions> {
  const apps = [...organizations].map(
    async ([organization, { key, ...app }]): Promise<[string, OrganizationApp]> => {
      return [organization, { ...app, key: await secrets.key(key) }]
    },
  )
  return {
    ...(baseUrl !== undefined && { baseUrl }),
    ...(allowHttp !== undefined && { allowHttp }),
    organizations: Object.fromEntries(await Promise.all(apps)),
  }
}

/** Follows references to secrets; what is wrong with them is reported as a mistake in the file. */
class SecretReader {
  readonly #folder: string
  readonly #env: Environment

  constructor(folder: string, env: Environment) {
    this.#folder = folder
    this.#env = env
  }

  async key(reference: SecretReference): Promise<KeySource> {
    if ('env' in reference) {
      this.#variable(reference)
      return envKey(reference.env, this.#env)
    }
    const path = resolve(this.#folder, reference.file)
    await this.#inPlace(reference, () => checkSecretFile(path, reference))
    return fileKey(path, reference)
  }

  async webhookSecret(reference: SecretReference): Promise<string | SecretSource> {
    if ('env' in reference) return this.#variable(reference)
    const path = resolve(this.#folder, reference.file)
    const text = await this.#inPlace(reference, () => readSecretFile(path, reference))
    if (text.trim() === '') throw reference.place.error('the file is empty.', 'Put the secret into it.')
    return fileSecret(path, reference)
  }

  #variable({ env, place }: SecretReference & { readonly env: string }): string {
    const value = this.#env[env]
    if (value !== undefined && value.trim() !== '') return value
    // Names are upper case by custom; something else may be a secret that was written here by mistake.
    const name = /^[A-Z][A-Z0-9_]*$/.test(env) ? env : 'named here'
    const what = value === undefined ? 'not set' : 'empty'
    throw place.error(
      `the environment variable ${name} is ${what}.`,
      'Set it in the environment of this process.',
    )
  }

  async #inPlace<T>({ place }: SecretReference, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (problem) {
      throw problem instanceof SecretFileProblem ? place.error(problem.message, problem.remedy) : problem
    }
  }
}
