import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SimulatorOptions } from '../options.ts'
import { parseSeed } from './parse-seed.ts'
import { resolveApp, type SecretSources } from './resolve-app.ts'
import { SEED_FILE } from './seed-schema.ts'

/** A hundred thousand accounts fit. */
const MAX_SEED_BYTES = 33_554_432

/** How a seed file is read. */
export interface ReadSeedOptions {
  /** Where `privateKeyEnv` and its like look. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Reads a seed file, YAML or JSON: the options of {@link startSimulator}, with private keys in files or environment
 * variables (`privateKeyFile`, relative to the seed file, or `privateKeyEnv`). Webhook and client secrets may be in the
 * file, which holds test data, or in the environment as well (`webhookSecretEnv`, `clientSecretEnv`).
 *
 * @throws {TypeError} with the file, the place in it, and what it may be.
 *
 * @example
 * ```ts
 * const github = await startSimulator({ ...(await readSeed('simulator.yaml')), port: 0 })
 * ```
 */
export async function readSeed(
  path: string,
  { env = process.env }: ReadSeedOptions = {},
): Promise<SimulatorOptions> {
  const source = await sourceOf(path)
  try {
    const { app, apps, ...options } = SEED_FILE.check(await parseSeed(source), '')
    const sources: SecretSources = { directory: dirname(path), env }
    return {
      ...options,
      ...(app === undefined ? {} : { app: await resolveApp(app, 'app', sources) }),
      ...(apps === undefined
        ? {}
        : {
            apps: await Promise.all(apps.map((seed, index) => resolveApp(seed, `apps[${index}]`, sources))),
          }),
    }
  } catch (error) {
    if (error instanceof TypeError) throw new TypeError(`${path}: ${error.message}`)
    throw error
  }
}

async function sourceOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new TypeError(`There is no seed file ${path}`)
  if (!found.isFile()) throw new TypeError(`${path} is no file`)
  if (found.size > MAX_SEED_BYTES) throw new TypeError(`${path} is larger than ${MAX_SEED_BYTES} bytes`)
  const bytes = await readFile(path).catch(() => undefined)
  if (bytes === undefined) throw new TypeError(`${path} cannot be read`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new TypeError(`${path} is not UTF-8`)
  }
}
