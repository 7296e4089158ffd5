import { randomBytes } from 'node:crypto'

/** https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#key-vault-object-attributes */
export interface EntryState {
  /** Default true. */
  readonly enabled?: boolean | undefined
  readonly notBefore?: Date | undefined
  readonly expiresOn?: Date | undefined
}

/** One version of an entry. */
export interface Version<T> {
  readonly id: string
  readonly created: number
  readonly value: T
  state: EntryState
}

/** The entries of one kind in a vault, with their versions. */
export class Versions<T> {
  readonly #entries = new Map<string, Version<T>[]>()

  /** Adds a version, which is the latest now, and returns its ID. */
  put(name: string, value: T, state: EntryState = {}): string {
    const id = randomBytes(16).toString('hex')
    const version = { id, created: Math.floor(Date.now() / 1_000), value, state }
    this.#entries.set(name, [...(this.#entries.get(name) ?? []), version])
    return id
  }

  /** Changes the state of a version; of the latest when none is named. */
  update(name: string, state: EntryState, version: string = ''): void {
    const found = this.get(name, version)
    if (found === undefined) throw new TypeError('There is no such version.')
    found.state = { ...found.state, ...state }
  }

  remove(name: string): void {
    this.#entries.delete(name)
  }

  /** A version; the latest for an empty ID. */
  get(name: string, version: string): Version<T> | undefined {
    const versions = this.#entries.get(name) ?? []
    return version === '' ? versions.at(-1) : versions.find(({ id }) => id === version)
  }

  /** Every version of every entry. */
  all(): readonly Version<T>[] {
    return [...this.#entries.values()].flat()
  }
}

/** The attributes as the API shows them, times in seconds. */
export function attributesOf({ created, state }: Version<unknown>): object {
  const { enabled = true, notBefore, expiresOn } = state
  return {
    enabled,
    ...(notBefore !== undefined && { nbf: seconds(notBefore) }),
    ...(expiresOn !== undefined && { exp: seconds(expiresOn) }),
    created,
    updated: created,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: 90,
  }
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000)
}
