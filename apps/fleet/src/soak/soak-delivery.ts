import { createHmac } from 'node:crypto'
import { Random } from './random.ts'

const KB = 1_024
const MOST_BYTES = 25 * KB * KB
/** One in so many is as large as GitHub sends them. */
const LARGEST_EVERY = 50_000
const FIRST_LARGEST = 5_000
const ID_START = '00000000-0000-4000-8000-'
const ID_DIGITS = 12

/** Sizes in bytes; each has the share of all deliveries between its `upTo` and that of the one before. */
const SIZES = [
  { upTo: 0.8, least: 2 * KB, most: 12 * KB, templates: 16 },
  { upTo: 0.95, least: 25 * KB, most: 60 * KB, templates: 8 },
  { upTo: 0.99, least: 200 * KB, most: 200 * KB, templates: 1 },
  { upTo: 1, least: KB * KB, most: KB * KB, templates: 1 },
]

/** A delivery as it is sent. */
export interface SoakDelivery {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The numbers from here on are those of forged deliveries. */
export const FIRST_FORGED = 900_000_000_000

/** What GitHub would call `X-GitHub-Delivery`. */
function deliveryId(number: number): string {
  return ID_START + String(number).padStart(ID_DIGITS, '0')
}

/** The number in a {@link deliveryId}. NaN for another text. */
export function numberOf(id: string): number {
  return id.startsWith(ID_START) ? Number(id.slice(ID_START.length)) : Number.NaN
}

/** Makes deliveries of all sizes, each with its own id in its body, so that no two bodies are alike. */
export class SoakDeliveries {
  readonly #secret: string
  readonly #templates: readonly { readonly upTo: number; readonly bodies: readonly Buffer[] }[]
  #largest: Buffer | undefined

  constructor(secret: string, random: Random) {
    this.#secret = secret
    this.#templates = SIZES.map(({ upTo, least, most, templates }) => ({
      upTo,
      bodies: Array.from({ length: templates }, () => template(random.between(least, most))),
    }))
  }

  /** The same for the same number and seed, so that a redelivery has the same bytes. */
  delivery(number: number, seed: number): SoakDelivery {
    const id = deliveryId(number)
    const body = Buffer.from(this.#template(number, seed))
    body.write(id, body.indexOf(ID_START), 'latin1')
    return signed(id, body, this.#secret)
  }

  /** Signed with another secret, or changed after it was signed. */
  forged(number: number, seed: number): SoakDelivery {
    const { headers, body } = this.delivery(number, seed)
    if (number % 2 === 0) return signed(deliveryId(number), body, `${this.#secret}?`)
    body.write('closed', body.indexOf('opened'), 'latin1')
    return { headers, body }
  }

  #template(number: number, seed: number): Buffer {
    if (number % LARGEST_EVERY === FIRST_LARGEST) {
      this.#largest ??= template(MOST_BYTES)
      return this.#largest
    }
    const random = new Random(seed + Math.imul(number, 2_654_435_761))
    const at = random.next()
    const { bodies } = this.#templates.find(({ upTo }) => at < upTo) ?? { bodies: [] }
    return bodies[random.between(0, bodies.length - 1)] ?? Buffer.alloc(0)
  }
}

function signed(id: string, body: Buffer, secret: string): SoakDelivery {
  return {
    headers: {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/0000000',
      'x-github-delivery': id,
      'x-github-event': 'issues',
      'x-github-hook-id': '1',
      'x-github-hook-installation-target-id': '1',
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  }
}

/** The payload of an opened issue of so many bytes, with room for an id in its title. */
function template(bytes: number): Buffer {
  const labels: object[] = []
  const payload = (text: string) => ({
    action: 'opened',
    issue: { number: 1, title: deliveryId(0), labels, body: text },
    repository: { id: 1, name: 'api', full_name: 'acme/api', owner: { login: 'acme' } },
    organization: { login: 'acme' },
    installation: { id: 1 },
    sender: { id: 1, login: 'octocat', type: 'User' },
  })
  const label = (id: number) => ({ id: 100_000_000 + id, name: 'good first issue', color: 'ededed' })
  const empty = JSON.stringify(payload('')).length
  // Payloads are long because of many small fields; a fifth of it is one long text.
  const count = Math.floor(((bytes - empty) * 0.8) / (JSON.stringify(label(0)).length + 1))
  for (let id = 0; id < count; id++) labels.push(label(id))
  return Buffer.from(JSON.stringify(payload('x'.repeat(bytes - JSON.stringify(payload('')).length))))
}
