const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * A credential for GitHub's API. Frozen, and it redacts itself: only `value` reveals the secret, and `value` is
 * no own property, so neither `JSON.stringify`, `console.log`, a spread nor a template string prints it.
 */
export class Token {
  readonly #value: string
  /** When GitHub stops accepting the token, in epoch milliseconds; Infinity when it does not say. */
  readonly expiresAt: number

  constructor(value: string, expiresAt: number) {
    this.#value = value
    this.expiresAt = expiresAt
    // A subclass freezes itself when its own fields are there.
    if (new.target === Token) Object.freeze(this)
  }

  /** The secret itself. Treat it as opaque: its length and format change (GitHub changelog, 2026-04-24). */
  get value(): string {
    return this.#value
  }

  /** The `Authorization` header that carries this token. */
  get authorization(): string {
    return `Bearer ${this.#value}`
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): object {
    return Object.assign({ value: '[redacted]' }, this)
  }

  [INSPECT](): object {
    return this.toJSON()
  }
}
