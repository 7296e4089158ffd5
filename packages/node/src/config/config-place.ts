import { HubauthError } from '@hubauth/core'
import { nearestName } from './nearest-name.ts'
import type { JsonObject, JsonValue } from './parse-json.ts'

/** A value in the configuration file and where it stands there, for messages that say what to change. */
export class ConfigPlace {
  readonly value: JsonValue | undefined
  readonly #file: string
  readonly #path: readonly string[]

  constructor(file: string, value: JsonValue | undefined, path: readonly string[] = []) {
    this.value = value
    this.#file = file
    this.#path = path
  }

  /** The place of a property, which may be absent. */
  property(name: string): ConfigPlace {
    const value = this.value instanceof Map ? (this.value as JsonObject).get(name) : undefined
    return new ConfigPlace(this.#file, value, [...this.#path, shown(name)])
  }

  /** The places of all properties, which may have any name. @throws {HubauthError} When this is no object. */
  properties(what: string): ReadonlyMap<string, ConfigPlace> {
    if (!(this.value instanceof Map)) throw this.expected(what)
    const names: string[] = [...this.value.keys()]
    return new Map(names.map((name) => [name, this.property(name)]))
  }

  /** The places of the items of an array. */
  items(): readonly ConfigPlace[] {
    const items: readonly JsonValue[] = Array.isArray(this.value) ? this.value : []
    return items.map((item, index) => new ConfigPlace(this.#file, item, [...this.#path, String(index)]))
  }

  /** Checks that this is an object with no other properties than these. @throws {HubauthError} */
  only(names: readonly string[], what: string): void {
    for (const name of this.properties(what).keys()) {
      if (names.includes(name)) continue
      const near = nearestName(name, names)
      const hint = near === undefined ? '' : ` Did you mean "${near}"?`
      throw this.error(`unknown property ${shown(name)}.${hint}`, `Known here: ${names.join(', ')}.`)
    }
  }

  /** The error that this is not what it should be. */
  expected(what: string): HubauthError {
    return this.error(
      `expected ${what}; ${this.value === undefined ? 'it is missing' : `got ${kind(this.value)}`}.`,
    )
  }

  /** An error about this place. `what` must not hold a value of the file: a secret may have been pasted anywhere. */
  error(what: string, remedy?: string): HubauthError {
    const path = this.#path.length === 0 ? '' : ` ${this.#path.join('.')}:`
    const options = remedy === undefined ? {} : { remedy }
    return new HubauthError('CONFIG_INVALID', `${this.#file}:${path} ${what}`, options)
  }
}

/** A name from the file as messages may show it; what cannot be a name may be a secret. */
export function shown(name: string): string {
  return /^[\w.-]{1,39}$/.test(name) ? name : `(a name of ${name.length} characters)`
}

function kind(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return value instanceof Map ? 'an object' : `a ${typeof value}`
}
