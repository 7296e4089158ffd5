import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RecoveryOptions, redeliverFailed } from '../../src/index.ts'
import { DAY_MS, DeliveryList, MINUTE_MS } from './delivery-list.ts'

const MAX_ATTEMPTS = 4
const RULES: RecoveryOptions = { maxAttempts: MAX_ATTEMPTS, perMinute: Number.POSITIVE_INFINITY }
/** More than the longest pause, one minute doubled three times. */
const REST_MS = 9 * MINUTE_MS

type Step =
  | { readonly do: 'deliver'; readonly fails: boolean; readonly tookMs: number }
  | { readonly do: 'by hand'; readonly which: number; readonly fails: boolean }
  | { readonly do: 'pass'; readonly ms: number }
  | {
      readonly do: 'sweep'
      readonly healthy: boolean
      readonly end: 'abort' | 'throttle' | 'refuse' | undefined
      readonly at: number
      readonly maxRedeliveries: number
    }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('deliver' as const),
    fails: fc.boolean(),
    // GitHub waits 30 s, and may have had a queue.
    tookMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: REST_MS })),
  }),
  fc.record({ do: fc.constant('by hand' as const), which: fc.nat(), fails: fc.boolean() }),
  fc.record({
    do: fc.constant('pass' as const),
    ms: fc.oneof(fc.integer({ min: 0, max: 20 * MINUTE_MS }), fc.integer({ min: 0, max: 2 * DAY_MS })),
  }),
  fc.record({
    do: fc.constant('sweep' as const),
    healthy: fc.boolean(),
    end: fc.constantFrom('abort' as const, 'throttle' as const, 'refuse' as const, undefined, undefined),
    at: fc.nat({ max: 12 }),
    maxRedeliveries: fc.constantFrom(1, 2, 1_000),
  }),
)

/** A history that is being played, and what was wrong with what the sweeps did. */
class History {
  readonly list = new DeliveryList()
  readonly wrong: string[] = []
  readonly #guids: string[] = []
  #underWay: {
    readonly guid: string
    readonly deliveredAt: number
    readonly overAt: number
    readonly statusCode: number
  }[] = []
  #since: number | undefined

  constructor(pageSize: number) {
    this.list.pageSize = pageSize
    this.list.onRedelivery = (guid) => {
      if (this.list.isDelivered(guid)) this.wrong.push(`${guid} is redelivered after a success`)
      if (this.list.of(guid).length >= MAX_ATTEMPTS) this.wrong.push(`${guid} is redelivered too often`)
      if (this.#age(guid) > 3 * DAY_MS) this.wrong.push(`${guid} is redelivered when it is too old`)
    }
  }

  async play(one: Step): Promise<void> {
    const { list } = this
    if (one.do === 'pass') this.#pass(one.ms)
    if (one.do === 'deliver') this.#deliver(one)
    if (one.do === 'by hand') {
      // Who redelivers by hand sees it in the list first.
      const guid = this.#guids[one.which % this.#guids.length] ?? ''
      if (list.of(guid).length > 0) list.record(guid, { redelivery: true, statusCode: one.fails ? 500 : 200 })
    }
    if (one.do !== 'sweep') return
    const [all, some] = [await this.#wouldRedeliver(undefined), await this.#wouldRedeliver(this.#since)]
    if (all !== some) this.wrong.push(`since ${this.#since}: "${some}" instead of "${all}"`)
    await this.#sweep(one)
    for (const guid of this.#guids)
      if ((list.of(guid).at(-1)?.deliveredAt ?? 0) < (this.#since ?? 0) && this.#isOpen(guid))
        this.wrong.push(`${guid} is said to be settled`)
  }

  /** Sweeps with a healthy receiver, and then looks at what is left. */
  async end(): Promise<void> {
    const { list } = this
    this.#pass(REST_MS)
    const lastChance = 3 * DAY_MS - 2 * MAX_ATTEMPTS * REST_MS
    const open = this.#guids.filter((guid) => this.#isOpen(guid) && this.#age(guid) < lastChance)
    list.answers = () => 200
    for (let round = 0; round < MAX_ATTEMPTS; round++) {
      this.#pass(REST_MS)
      const { settledUntil } = await redeliverFailed(list, { ...RULES, since: this.#since })
      this.#since = settledUntil
    }
    for (const guid of open) if (!list.isDelivered(guid)) this.wrong.push(`${guid} is lost`)
  }

  /** Lets time pass; deliveries are listed when they are over. */
  #pass(ms: number): void {
    const { list } = this
    list.now += ms
    for (const { guid, deliveredAt, statusCode } of this.#underWay
      .filter(({ overAt }) => overAt <= list.now)
      .sort((one, other) => one.overAt - other.overAt))
      list.record(guid, { deliveredAt, statusCode })
    this.#underWay = this.#underWay.filter(({ overAt }) => overAt > list.now)
  }

  #deliver({ fails, tookMs }: Step & { do: 'deliver' }): void {
    const deliveredAt = this.list.now
    const guid = `guid-${this.#guids.length}`
    this.#guids.push(guid)
    this.#underWay.push({ guid, deliveredAt, overAt: deliveredAt + tookMs, statusCode: fails ? 500 : 200 })
    this.#pass(0)
  }

  /** One sweep, which something ends or disturbs at its request number `at`. */
  async #sweep({ healthy, end, at, maxRedeliveries }: Step & { do: 'sweep' }): Promise<void> {
    const { list } = this
    const controller = new AbortController()
    let requests = 0
    list.answers = () => (healthy ? 200 : 500)
    list.before = () => {
      if (requests++ !== at) return undefined
      if (end === 'abort') controller.abort(new Error('killed'))
      if (end === 'throttle') return new Response('', { status: 429 })
      return end === 'refuse' ? new Response('', { status: 502 }) : undefined
    }
    const options = { ...RULES, maxRedeliveries, since: this.#since, signal: controller.signal }
    // Rejects when the list is refused, and then nothing has changed.
    const report = await redeliverFailed(list, options).catch(() => undefined)
    this.#since = report?.settledUntil ?? this.#since
    list.before = () => undefined
    this.#pass(30_000)
  }

  /** What a sweep would redeliver now. */
  async #wouldRedeliver(since: number | undefined): Promise<string> {
    const { list } = this
    list.before = (request) => (request === 'GET' ? undefined : new Response('{}', { status: 202 }))
    const { redelivered } = await redeliverFailed(list, { ...RULES, since })
    list.before = () => undefined
    return redelivered.map(({ last }) => last.guid).join(' ')
  }

  #isOpen(guid: string): boolean {
    const { list } = this
    const isTriedEnough = list.of(guid).length >= MAX_ATTEMPTS
    return !list.isDelivered(guid) && !isTriedEnough && this.#age(guid) < 3 * DAY_MS
  }

  #age(guid: string): number {
    return this.list.now - (this.list.of(guid).at(-1)?.deliveredAt ?? 0)
  }
}

describe('redeliverFailed, in any history', () => {
  it('loses nothing, repeats no success, keeps to its bounds, and settles only what is settled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (steps, pageSize) => {
          const history = new History(pageSize)
          for (const one of steps) await history.play(one)
          await history.end()
          expect(history.wrong).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })
})
