import { HubauthError, type QueueEntry, type Sealing, type SealSecret, sealing } from '@hubauth/core'

/** What BullMQ keeps of an entry, besides its name: one of both. @internal */
export interface JobData {
  readonly sealed?: string
  readonly plain?: string
}

/** Turns entries into what may lie in Redis, and back. @internal */
export interface SealedEntries {
  seal(id: string, entry: QueueEntry): Promise<JobData>
  /** @throws {HubauthError} `SEAL_BROKEN` when it was not sealed with one of the secrets, or for another key. */
  open(id: string, data: unknown): Promise<QueueEntry>
}

/** @throws {TypeError} When there is no secret, or one is too short. @internal */
export function sealedEntries(sealWith: SealSecret | 'none'): SealedEntries {
  return sealWith === 'none' ? plainEntries : new EntrySealing(sealing(sealWith, 'sealWith'))
}

/** What a key is called in Redis: always the same, so that secrets can be rotated. @internal */
export async function idOf(key: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  return Buffer.from(hash).toString('hex')
}

class EntrySealing implements SealedEntries {
  readonly #sealing: Sealing

  constructor(sealing: Sealing) {
    this.#sealing = sealing
  }

  async seal(id: string, entry: QueueEntry): Promise<JobData> {
    return { sealed: await this.#sealing.seal(id, serialized(entry)) }
  }

  async open(id: string, data: unknown): Promise<QueueEntry> {
    return parsed(await this.#sealing.open(id, textOf(data, 'sealed')))
  }
}

const plainEntries: SealedEntries = {
  seal: async (_id, entry) => ({ plain: serialized(entry) }),
  open: async (_id, data) => parsed(textOf(data, 'plain')),
}

/** With its key and name: what stands beside it in Redis is only for those who look there. Not all of it JSON: data is quoted as it is. */
function serialized({ key, name, data }: QueueEntry): string {
  return `${JSON.stringify([key, name])}\n${data}`
}

function parsed(text: string): QueueEntry {
  const end = text.indexOf('\n')
  let fields: unknown
  try {
    fields = JSON.parse(text.slice(0, end))
  } catch {
    throw unusable()
  }
  if (!Array.isArray(fields)) throw unusable()
  const [key, name]: unknown[] = fields
  if (typeof key !== 'string' || typeof name !== 'string') throw unusable()
  return { key, name, data: text.slice(end + 1) }
}

function textOf(data: unknown, field: keyof JobData): string {
  const text = (data as JobData | null | undefined)?.[field]
  if (typeof text !== 'string') throw unusable()
  return text
}

function unusable(): HubauthError {
  return new HubauthError('SEAL_BROKEN', 'A job of the queue holds no delivery that this process can read.', {
    remedy: 'Give every process the same sealWith, and find out who else writes to this queue.',
  })
}
