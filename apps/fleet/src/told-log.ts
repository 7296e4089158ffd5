import type { HubauthEvent } from '@hubauth/core'
import { reasonOf } from './call-counter.ts'
import type { Told } from './protocol.ts'

/** Keeps what core tells. */
export class ToldLog {
  readonly #events = new Map<string, number>()
  readonly #problems: string[] = []
  readonly observe = (event: HubauthEvent): void => {
    const name = nameOf(event)
    this.#events.set(name, (this.#events.get(name) ?? 0) + 1)
  }
  readonly problem = (error: unknown): void => {
    this.#problems.push(reasonOf(error))
  }

  report(): Told {
    return { events: Object.fromEntries(this.#events), problems: [...this.#problems] }
  }
}

function nameOf(event: HubauthEvent): string {
  if (event.type === 'store') return `store ${event.state}`
  if (event.type === 'wait') return `wait ${event.outcome}`
  if (event.type === 'hit') return `hit ${event.tier}`
  if (event.type === 'change') return `change ${event.origin}`
  return event.type
}
