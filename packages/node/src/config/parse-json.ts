/** A JSON value whose objects are maps: `__proto__` is a name like any other. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** A JSON object. */
export type JsonObject = ReadonlyMap<string, JsonValue>

const SPACE = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\]|\\.)*"/sy
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const MAX_DEPTH = 32

/**
 * Parses JSON for people who wrote it by hand: an error has a line and a column and quotes nothing, where the
 * messages of `JSON.parse` quote the text, and a name that is there twice is an error, where `JSON.parse` keeps the
 * last.
 *
 * @throws {SyntaxError} "line 3, column 7: expected …".
 */
export function parseJson(text: string): JsonValue {
  return new JsonReader(text.replace(/^\ufeff/, '')).document()
}

class JsonReader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonValue {
    const value = this.#value()
    if (this.#peek() !== '') throw this.#expected('the end of the file')
    return value
  }

  #value(): JsonValue {
    const next = this.#peek()
    if (next === '{') return this.#nested(() => this.#object())
    if (next === '[') return this.#nested(() => this.#array())
    if (next === '"') return this.#string('a text')
    const literal = this.#token(NUMBER) ?? this.#token(WORD)
    if (literal === undefined) throw this.#expected('a value')
    return JSON.parse(literal)
  }

  #object(): JsonObject {
    const members = new Map<string, JsonValue>()
    this.#at++
    if (this.#skip('}')) return members
    do {
      if (this.#peek() !== '"') throw this.#expected('a name in double quotes')
      const start = this.#at
      const name = this.#string('a name')
      if (members.has(name)) throw this.#error('this name is there twice in the same object', start)
      if (!this.#skip(':')) throw this.#expected('a colon after the name')
      members.set(name, this.#value())
    } while (this.#skip(','))
    if (!this.#skip('}')) throw this.#expected('a comma or }')
    return members
  }

  #array(): readonly JsonValue[] {
    const items: JsonValue[] = []
    this.#at++
    if (this.#skip(']')) return items
    do items.push(this.#value())
    while (this.#skip(','))
    if (!this.#skip(']')) throw this.#expected('a comma or ]')
    return items
  }

  #string(what: string): string {
    const start = this.#at
    const token = this.#token(STRING)
    if (token === undefined) throw this.#error(`${what} has no closing quote`, start)
    try {
      return JSON.parse(token)
    } catch {
      throw this.#error(`${what} has a line break or a backslash that JSON does not know`, start)
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.#error(`nested deeper than ${MAX_DEPTH} levels`, this.#at)
    const value = read()
    this.#depth--
    return value
  }

  /** The next character that is not a space; the empty string at the end. */
  #peek(): string {
    this.#token(SPACE)
    return this.#text.charAt(this.#at)
  }

  #skip(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at++
    return true
  }

  #token(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const token = pattern.exec(this.#text)?.[0]
    this.#at += token?.length ?? 0
    return token
  }

  #expected(what: string): SyntaxError {
    const hint = /^\/[/*]|^#/.test(this.#text.slice(this.#at, this.#at + 2)) ? ' (JSON has no comments)' : ''
    return this.#error(`expected ${what}${hint}`, this.#at)
  }

  #error(what: string, at: number): SyntaxError {
    const lines = this.#text.slice(0, at).split('\n')
    const column = (lines.at(-1)?.length ?? 0) + 1
    return new SyntaxError(`line ${lines.length}, column ${column}: ${what}`)
  }
}
