import { HubauthError, type StoredSecret, storedSecret } from '@hubauth/core'
import { type Environment, isVariableName } from './env-key.ts'

/**
 * A secret in an environment variable, for its fields: a JSON document whose `field(name)` is a key for `pemKey` or a webhook
 * secret, so that one variable serves many apps.
 *
 * `read` throws `STORE_NOT_FOUND` when the variable is not set or empty, and `STORE_FIELD_MISSING`.
 *
 * @param name Name of the variable, not its value.
 * @param env Where to look. Default `process.env`.
 * @throws {TypeError} When `name` cannot be the name of a variable; it is not repeated.
 */
export function envSecret(name: string, env: Environment = process.env): StoredSecret {
  if (!isVariableName(name))
    throw new TypeError('envSecret(): expected the name of an environment variable, not its value.')
  const secret: StoredSecret = storedSecret({
    store: 'The environment',
    secretId: name,
    fetch() {
      const value = env[name]
      if (value !== undefined && value.trim() !== '') return value
      const what = `The environment variable ${name} is ${value === undefined ? 'not set' : 'empty'}.`
      throw new HubauthError('STORE_NOT_FOUND', what, {
        details: secret.place,
        remedy: 'Set it in the environment of this process.',
      })
    },
  })
  return secret
}
