import type { App } from './entities.ts'

/** The registered apps, found by any of their three names. */
export class Apps {
  readonly #byId = new Map<number, App>()
  readonly #byClientId = new Map<string, App>()
  readonly #bySlug = new Map<string, App>()

  /** @throws {TypeError} when an id or a client id is taken. A slug is taken with the login of the app's bot. */
  add(app: App): void {
    if (this.#byId.has(app.id)) throw new TypeError(`The app id ${app.id} is taken`)
    if (this.#byClientId.has(app.clientId)) throw new TypeError(`The client id "${app.clientId}" is taken`)
    this.#byId.set(app.id, app)
    this.#byClientId.set(app.clientId, app)
    this.#bySlug.set(app.slug.toLowerCase(), app)
  }

  /** Every app, oldest first. */
  all(): App[] {
    return [...this.#byId.values()]
  }

  findById(id: number): App | undefined {
    return this.#byId.get(id)
  }

  findByClientId(clientId: string): App | undefined {
    return this.#byClientId.get(clientId)
  }

  findBySlug(slug: string): App | undefined {
    return this.#bySlug.get(slug.toLowerCase())
  }
}
