import { isJsonObject, type JsonObject } from '../json-object.ts'
import { mistake, placeOf, shown } from './mistake.ts'

/** What a value may be, once: it checks, it says what is wrong, and it describes itself. */
export interface Schema<Value> {
  /** The same as JSON Schema (2020-12). What JSON cannot express is left out. */
  readonly json: JsonSchema
  /**
   * The value, checked; lists and objects are copies.
   *
   * @throws {TypeError} naming the place that does not hold, which `at` leads to, and what it may be.
   */
  check(value: unknown, at: string): Value
}

/** A JSON Schema, edition 2020-12. */
export type JsonSchema = JsonObject

/** The longest time to wait, in milliseconds: Node's timers fire at once beyond it. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1

/** What nothing in JSON is. */
const NOTHING: JsonSchema = { not: {} }

interface TextOptions {
  readonly pattern?: RegExp
  /** What the pattern stands for: `a GitHub login`. */
  readonly what?: string
  /** Values are never repeated in a message. */
  readonly secret?: boolean
}

/** A string. */
export function text({ pattern, what = '', secret = false }: TextOptions = {}): Schema<string> {
  return {
    json: {
      type: 'string',
      ...(pattern === undefined || pattern.flags !== '' ? {} : { pattern: pattern.source }),
    },
    check(value, at) {
      if (typeof value !== 'string') throw mistake(at, `must be a string, not ${shown(value)}`)
      if (pattern?.test(value) === false)
        throw secret
          ? mistake(at, `is not ${what}`)
          : new TypeError(`${at === '' ? '' : `${at}: `}${shown(value)} is not ${what}`)
      return value
    },
  }
}

/** A whole number. */
export function integer({ minimum, maximum }: { minimum: number; maximum?: number }): Schema<number> {
  const range = maximum === undefined ? '' : ` from ${minimum} to ${maximum}`
  const expected =
    range === '' && minimum === 1 ? 'a positive integer' : `an integer${range || ` of at least ${minimum}`}`
  return {
    json: { type: 'integer', minimum, ...(maximum === undefined ? {} : { maximum }) },
    check(value, at) {
      if (
        typeof value === 'number' &&
        Number.isSafeInteger(value) &&
        value >= minimum &&
        value <= (maximum ?? value)
      )
        return value
      throw mistake(at, `must be ${expected}, not ${shown(value)}`)
    },
  }
}

/** A number that is finite. `expected` says what it is, such as `a number of milliseconds`. */
export function finite(
  expected: string,
  { minimum, maximum }: { minimum?: number; maximum?: number } = {},
): Schema<number> {
  return {
    json: {
      type: 'number',
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
    },
    check(value, at) {
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw mistake(at, `must be ${expected}, not ${shown(value)}`)
      if (value < (minimum ?? value) || value > (maximum ?? value))
        throw mistake(at, `must be ${expected}, not ${value}`)
      return value
    },
  }
}

/** True or false. */
export function boolean(): Schema<boolean> {
  return {
    json: { type: 'boolean' },
    check(value, at) {
      if (typeof value === 'boolean') return value
      throw mistake(at, `must be true or false, not ${shown(value)}`)
    },
  }
}

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Schema<Word> {
  const known = words.length > 2 ? `one of ${words.join(', ')}` : words.join(' or ')
  return {
    json: { enum: words },
    check(value, at) {
      const word = words.find((candidate) => candidate === value)
      if (word === undefined) throw mistake(at, `must be ${known}, not ${shown(value)}`)
      return word
    },
  }
}

/** A list of equal things. `atLeastOne` says what one of them is, when there has to be one. */
export function list<Item>(
  item: Schema<Item>,
  { atLeastOne }: { readonly atLeastOne?: string } = {},
): Schema<readonly Item[]> {
  return {
    json: { type: 'array', items: item.json, ...(atLeastOne === undefined ? {} : { minItems: 1 }) },
    check(value, at) {
      if (!Array.isArray(value)) throw mistake(at, `must be a list, not ${shown(value)}`)
      if (value.length === 0 && atLeastOne !== undefined)
        throw mistake(at, `must name at least one ${atLeastOne}`)
      return value.map((entry: unknown, index) => item.check(entry, `${at}[${index}]`))
    },
  }
}

/** An object whose keys are free, such as logins. */
export function record<Value>(
  value: Schema<Value>,
  key: Schema<string> = text(),
): Schema<Readonly<Record<string, Value>>> {
  return {
    json: { type: 'object', additionalProperties: value.json, propertyNames: key.json },
    check(input, at) {
      const entries = Object.entries(objectOf(input, at))
      return Object.fromEntries(
        entries.map(([name, entry]) => [key.check(name, at), value.check(entry, placeOf(at, name))]),
      )
    },
  }
}

/** The first schema whose test a value passes decides; `expected` is what to say when there is none. */
export function choice<Value>(
  expected: string,
  choices: readonly { readonly when: (value: unknown) => boolean; readonly schema: Schema<Value> }[],
): Schema<Value> {
  return {
    json: { anyOf: choices.map(({ schema }) => schema.json).filter((json) => json !== NOTHING) },
    check(value, at) {
      const chosen = choices.find(({ when }) => when(value))
      if (chosen === undefined) throw mistake(at, `must be ${expected}, not ${shown(value)}`)
      return chosen.schema.check(value, at)
    },
  }
}

/** Something that only its own test can tell; it is passed on as it is. */
export function instance<Value>(
  expected: string,
  test: (value: unknown) => value is Value,
  json: JsonSchema = NOTHING,
): Schema<Value> {
  return {
    json,
    check(value, at) {
      if (test(value)) return value
      throw mistake(at, `must be ${expected}, not ${shown(value)}`)
    },
  }
}

/** Null, where JSON has nothing better to say. */
export const NULL: Schema<null> = instance('null', (value) => value === null, { type: 'null' })

/** The value when it is an object, and neither null nor a list. */
export function objectOf(value: unknown, at: string): JsonObject {
  if (isJsonObject(value)) return value
  throw mistake(at, `must be an object, not ${shown(value)}`)
}
