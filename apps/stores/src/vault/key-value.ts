import type { StoreAnswer } from '../store-server.ts'
import { dataAnswer, errorAnswer, type VaultCall, type VaultMount } from './envelope.ts'

interface Version {
  readonly data: Readonly<Record<string, unknown>>
  readonly createdAt: string
  deletedAt: string
  isDestroyed: boolean
}

/** The secrets engine KV, version 2: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version. */
export class KeyValueMount implements VaultMount {
  readonly #secrets = new Map<string, Version[]>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Everything that is stored, for what must not be seen. */
  get contents(): readonly unknown[] {
    return [...this.#secrets.values()].flat().map(({ data }) => data)
  }

  /** Adds a version, and returns its number. */
  put(path: string, data: Readonly<Record<string, unknown>>): number {
    const versions = this.#secrets.get(path) ?? []
    this.#secrets.set(path, versions)
    return versions.push({ data, createdAt: this.#time(), deletedAt: '', isDestroyed: false })
  }

  /** Soft deletion of a version, which can be undone. */
  delete(path: string, version: number): void {
    this.#version(path, version).deletedAt = this.#time()
  }

  /** Deletion of the data of a version, for good. */
  destroy(path: string, version: number): void {
    this.#version(path, version).isDestroyed = true
  }

  answer({ method, path, query }: VaultCall): StoreAnswer | undefined {
    const name = /^data\/(.+)$/.exec(path)?.[1]
    if (name === undefined) {
      const warning = `Invalid path for a versioned K/V secrets engine.`
      return { status: 404, body: { request_id: '', data: null, warnings: [warning], errors: [] } }
    }
    if (method !== 'GET') return errorAnswer(405, 'unsupported operation')
    const asked = query.get('version') ?? '0'
    if (!/^\d+$/.test(asked))
      return errorAnswer(400, 'Field validation failed: error converting input for field "version"')
    const versions = this.#secrets.get(name) ?? []
    const number = Number(asked) || versions.length
    const version = versions[number - 1]
    // A read that finds nothing has an empty list of errors.
    if (version === undefined) return errorAnswer(404)
    const isGone = version.isDestroyed || version.deletedAt !== ''
    const metadata = {
      created_time: version.createdAt,
      custom_metadata: null,
      deletion_time: version.deletedAt,
      destroyed: version.isDestroyed,
      version: number,
    }
    return dataAnswer({ data: isGone ? null : version.data, metadata }, isGone ? 404 : 200)
  }

  #version(path: string, number: number): Version {
    const version = this.#secrets.get(path)?.[number - 1]
    if (version === undefined) throw new TypeError(`There is no version ${number} of ${path}.`)
    return version
  }

  #time(): string {
    return new Date(this.#now()).toISOString()
  }
}
