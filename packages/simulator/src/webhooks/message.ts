import type { App } from '../state/entities.ts'

/** What is told to one app: written when it happens, and sent as often as it takes. */
export interface Message {
  /** The `X-GitHub-Delivery` GUID. Attempts share it, and so do all apps that hear of the same event. */
  readonly guid: string
  readonly app: App
  readonly event: string
  readonly action: string | null
  readonly installationId: number | null
  readonly repositoryId: number | null
  /** The payload as JSON text. */
  readonly json: string
}

/** A message about a payload, whose text is `json`. */
export function messageOf(
  about: Pick<Message, 'guid' | 'app' | 'event' | 'json'>,
  payload: unknown,
): Message {
  const action = memberOf(payload, 'action')
  return {
    ...about,
    action: typeof action === 'string' ? action : null,
    installationId: idOf(memberOf(payload, 'installation')),
    repositoryId: idOf(memberOf(payload, 'repository')),
  }
}

function idOf(resource: unknown): number | null {
  const id = memberOf(resource, 'id')
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : null
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined
}
