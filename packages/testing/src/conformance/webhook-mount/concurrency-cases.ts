import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { Agent } from 'node:http'
import type { Delivery } from '@hubauth/core'
import { type SignedDelivery, signedDelivery } from '../../signed-delivery.ts'

import type { ConformanceCase } from '../conformance-case.ts'
import { gate } from '../held-handler.ts'
import type { RawResponse } from '../http/http-client.ts'
import { PLANTED_TEXT } from '../http/planted-text.ts'
import { expectAnswer, type MountTools, mountCase, SECRET, type WebhookMount } from './mounted-receiver.ts'

/** Many senders at once. @internal */
export const concurrencyCases: readonly ConformanceCase<WebhookMount>[] = [
  mountCase('handles one of a hundred copies that arrive at once', async ({ send, handled }) => {
    const delivery = signedDelivery({ secret: SECRET })
    const responses = await Promise.all(Array.from({ length: 100 }, () => send(delivery)))
    strictEqual(handled.length, 1)
    strictEqual(responses.filter(({ says }) => says === 'handled').length, 1)
    for (const { says } of responses)
      ok(['handled', 'duplicate', 'WEBHOOK_ALREADY_RUNNING'].includes(`${says}`), `it says ${says}`)
  }),
  mountCase('handles 1 000 deliveries at once, and keeps every promise it makes of them', async (tools) => {
    const agent = new Agent({ keepAlive: true })
    try {
      await handleCrowd(tools, agent)
    } finally {
      agent.destroy()
    }
  }),
]

/** What becomes of ten deliveries: the handlers of eight of them run, until all thousand do. */
const FATES = [
  ...(['good', 'good', 'good', 'good', 'copied', 'copied'] as const),
  ...(['forged', 'failing', 'slow', 'slow and failing'] as const),
]
type Fate = (typeof FATES)[number]
const ROUNDS = 125
const HANDLED = 1_000
/** Connections are opened in groups that the queue of a listening socket has room for, and stay open. */
const GROUPS = 5

type Answers = Readonly<Record<Fate, Promise<RawResponse>[]>>

async function handleCrowd(tools: MountTools, agent: Agent): Promise<void> {
  const crowd = crowdHandler()
  tools.handleWith(crowd.run)
  const send = (fate: Fate, number: number) => tools.send({ ...crowdDelivery(fate, number), agent })

  const answers: Answers = { good: [], copied: [], forged: [], failing: [], slow: [], 'slow and failing': [] }
  for (const runs of crowd.runs) {
    for (let round = 0; round < ROUNDS / GROUPS; round++)
      for (const fate of FATES) answers[fate].push(send(fate, answers[fate].length))
    strictEqual(await Promise.race([runs.opened, ...tooEarly(answers)]), undefined)
  }

  await expectAll(answers.forged, [401, 'WEBHOOK_SIGNATURE_INVALID'])
  await expectAll(
    pairs(answers.copied).map((pair) => Promise.race(pair)),
    [409, 'WEBHOOK_ALREADY_RUNNING'],
  )
  crowd.soon.open()
  await expectAll(answers.good, [200, 'handled'])
  await expectAll(answers.failing, [500, 'WEBHOOK_HANDLER_FAILED'])
  for (const pair of pairs(await Promise.all(answers.copied)))
    deepStrictEqual(pair.map(({ status }) => status).sort(), [200, 409])
  await tools.clock.advance(8_000)
  crowd.late.open()
  // The second of each: where nothing can go on after an answer.
  await expectAll(answers.slow, [202, 'accepted'], [200, 'handled'])
  await expectAll(answers['slow and failing'], [202, 'accepted'], [500, 'WEBHOOK_HANDLER_FAILED'])
  await tools.clock.advance(0)

  strictEqual(tools.errors.length, 2 * ROUNDS)
  crowd.repair()
  const again = (fate: Fate) => answers[fate].map((_, number) => send(fate, number))
  await expectAll([...again('failing'), ...again('slow and failing')], [200, 'handled'])
  await expectAll(again('slow'), [200, 'duplicate'])
  deepStrictEqual([crowd.finished.length, new Set(crowd.finished).size], [HANDLED, HANDLED])
}

/** Answers that must not come while handlers are held: of both copies, or of anything that a handler got. */
function tooEarly({ copied, forged: _, ...held }: Answers): readonly Promise<unknown>[] {
  return [...Object.values(held).flat(), ...pairs(copied).map((pair) => Promise.all(pair))]
}

/** Checks that all answers are one of those expected, and all the same. */
async function expectAll(
  answers: readonly Promise<RawResponse>[],
  ...expected: readonly (readonly [number, string])[]
): Promise<void> {
  const all = await Promise.all(answers)
  const [status, says] = expected.find(([, each]) => each === all[0]?.says) ?? expected[0] ?? [0, '']
  for (const answer of all) expectAnswer(answer, status, says)
}

function pairs<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: all.length / 2 }, (_, index) => all.slice(2 * index, 2 * index + 2))
}

/** The same for the same arguments; of every size, half of them in pieces, a third of them forms. */
function crowdDelivery(fate: Fate, position: number): SignedDelivery & { readonly chunkBytes?: number } {
  const number = fate === 'copied' ? Math.floor(position / 2) : position
  const id = `${fate} ${number}`
  const payload = { action: 'opened', id, text: 'é'.repeat(number * 10) }
  const contentType = number % 3 === 0 ? 'form' : 'json'
  const delivery = signedDelivery({ secret: SECRET, id, payload, contentType })
  if (fate === 'forged') return { ...delivery, body: delivery.body.map((byte) => byte ^ 1) }
  return number % 4 < 2 ? delivery : { ...delivery, chunkBytes: 1_000 }
}

/** The handler of the crowd, which nobody leaves before all are in. */
function crowdHandler() {
  const runs = Array.from({ length: GROUPS }, gate)
  const [soon, late] = [gate(), gate()]
  const started = new Set<string>()
  const finished: string[] = []
  let isBroken = true
  return {
    /** One for each group: all of it run. */
    runs,
    soon,
    late,
    /** The ids of the deliveries that came to a good end. */
    finished,
    /** Nothing fails any more. */
    repair() {
      isBroken = false
    },
    async run({ id, payload }: Delivery) {
      strictEqual(payload.id, id)
      started.add(id)
      runs[started.size / (HANDLED / GROUPS) - 1]?.open()
      await (id.startsWith('slow') ? late : soon).opened
      if (isBroken && id.includes('failing')) throw new Error(PLANTED_TEXT)
      finished.push(id)
    },
  }
}
