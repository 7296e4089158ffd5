import type { App } from './entities.ts'

/** The registered apps, found by any of their three names. */
export class Apps {
  readonly #byId = new Map<number, App>()
  readonly #byClientId = new Map<string, App>()
  readonly #bySlug = new Map<string, App>()

  add(app: App): void {
    this.#byId.set(app.id, app)
    this.#byClientId.set(app.clientId, app)
    this.#bySlug.set(app.slug.toLowerCase(), app)
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
