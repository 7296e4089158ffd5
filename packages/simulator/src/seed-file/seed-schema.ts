import type { AppSeed, SimulatorOptions } from '../options.ts'
import { type ObjectSchema, object, optional } from '../schema/object-schema.ts'
import { APP, OPTIONS } from '../schema/options-schema.ts'
import { list, type Schema, text } from '../schema/schema.ts'

/** An app in a seed file. Its private key is somewhere else; its other secrets can be. */
export interface SeedFileApp extends Omit<AppSeed, 'privateKey'> {
  readonly privateKey?: never
  /** Path of a PEM file, relative to the seed file. It may be anywhere. */
  readonly privateKeyFile?: string
  /** Name of an environment variable with the PEM. `\n` in it stands for a new line. */
  readonly privateKeyEnv?: string
  readonly webhookSecretEnv?: string
  readonly clientSecretEnv?: string
}

/** What a seed file may say: the options of the simulator but the clock. */
export interface SeedFile extends Omit<SimulatorOptions, 'clock' | 'app' | 'apps'> {
  readonly app?: SeedFileApp
  readonly apps?: readonly SeedFileApp[]
}

const VARIABLE = text({ pattern: /^[A-Za-z_]\w*$/, what: 'the name of an environment variable' })
const { clock: _clock, app: _app, apps: _apps, ...REST } = OPTIONS.fields
const { privateKey: _privateKey, ...APP_REST } = APP.fields

const SEED_APP: ObjectSchema<SeedFileApp> = object<SeedFileApp>({
  ...APP_REST,
  privateKey: optional(refusedKey()),
  privateKeyFile: optional(filePath()),
  privateKeyEnv: optional(VARIABLE),
  webhookSecretEnv: optional(VARIABLE),
  clientSecretEnv: optional(VARIABLE),
})

/** The seed file: the options' own schema, with the secrets elsewhere. */
export const SEED_FILE: ObjectSchema<SeedFile> = object<SeedFile>({
  ...REST,
  app: optional(SEED_APP),
  apps: optional(list(SEED_APP, { atLeastOne: 'app' })),
})

function refusedKey(): Schema<never> {
  return {
    json: { not: {} },
    check(_value, at) {
      throw new TypeError(
        `${at}: seed files get committed and shared, so they hold no private keys: use privateKeyFile or privateKeyEnv`,
      )
    },
  }
}

// Whoever takes it for the key itself must not see the key in a message.
function filePath(): Schema<string> {
  const path = text({
    pattern: /^(?!.*-----BEGIN)[^\0\n]{1,4096}$/,
    what: 'the path of a PEM file',
    secret: true,
  })
  return { json: { type: 'string' }, check: (value, at) => path.check(value, at) }
}
