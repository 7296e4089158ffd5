import { HubauthError, type KeySource, pemKey } from '@hubauth/core'

/** Environment variables by name; `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * A key source over an environment variable that holds a PEM, also with its line breaks written as `\n`, or as base64.
 * The variable is read at the first signature, and again when GitHub refused a signature.
 *
 * `sign` throws `KEY_UNAVAILABLE` when the variable is not set or empty, and `KEY_INVALID` when it holds something else.
 *
 * @param name Name of the variable, not its value.
 * @param env Where to look. Default `process.env`.
 * @throws {TypeError} When `name` cannot be the name of a variable; it is not repeated.
 */
export function envKey(name: string, env: Environment = process.env): KeySource {
  if (!isVariableName(name))
    throw new TypeError('envKey(): expected the name of an environment variable, not its value.')
  return pemKey(() => {
    const value = env[name]
    if (value === undefined || value.trim() === '') {
      const what = value === undefined ? 'not set' : 'empty'
      throw new HubauthError('KEY_UNAVAILABLE', `The environment variable ${name} is ${what}.`, {
        remedy: 'Set it to the private key of the app (the PEM), in the environment of this process.',
      })
    }
    if (looksLikePath(value)) {
      throw new HubauthError(
        'KEY_INVALID',
        `The environment variable ${name} holds a path, not a private key.`,
        {
          remedy: `Use fileKey(process.env.${name}).`,
        },
      )
    }
    return value
  })
}

/** Whether text can name a variable; keys and secrets that are passed by mistake cannot, or are longer. */
export function isVariableName(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z_]\w{0,63}$/.test(name)
}

function looksLikePath(value: string): boolean {
  const text = value.trim()
  return (
    text.length <= 1_024 &&
    !/\s{2}|\n|-----/.test(text) &&
    /^(~|\.{0,2}[\\/]|[A-Za-z]:[\\/])|\.(pem|key)$/i.test(text)
  )
}
