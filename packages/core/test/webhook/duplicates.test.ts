import { signedDelivery } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import {
  createWebhookReceiver,
  type DeliveryClaim,
  type DeliveryClaims,
  memoryClaims,
  type WebhookReceiverOptions,
} from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { timeline } from '../timeline.ts'
import { codeIn, request, requestOf, SECRET, statusIn } from './deliveries.ts'

const DAY_MS = 86_400_000

function countingReceiver(options: Partial<WebhookReceiverOptions> = {}) {
  const time = timeline()
  const runs: string[] = []
  const reported: unknown[] = []
  const receiver = createWebhookReceiver({
    secrets: [SECRET, 'another'],
    clock: time.clock,
    onError: (error) => reported.push(error),
    ...options,
  })
  receiver.on('*', (delivery) => void runs.push(delivery.id))
  const receive = async (options: Parameters<typeof request>[0]) =>
    statusIn(await receiver.receive(request(options)))
  return { time, receiver, receive, runs, reported }
}

describe('a duplicate', () => {
  it('is answered with 200 and not handled again, for three days', async () => {
    const { time, receive, runs } = countingReceiver()
    expect(await receive({ id: 'd-1' })).toBe('handled')
    expect(await receive({ id: 'd-1' })).toBe('duplicate')
    await time.pass(3 * DAY_MS - 1)
    expect(await receive({ id: 'd-1' })).toBe('duplicate')
    await time.pass(1)
    expect(await receive({ id: 'd-1' })).toBe('handled')
    expect(runs).toHaveLength(2)
  })

  it('is remembered for as long as rememberMs says', async () => {
    const { time, receive } = countingReceiver({ rememberMs: 1_000 })
    await receive({ id: 'd-1' })
    await time.pass(1_000)
    expect(await receive({ id: 'd-1' })).toBe('handled')
  })

  it('is not what another app, hook or delivery gets, even with the same body', async () => {
    const { receive } = countingReceiver()
    const bodies = [
      { id: 'd-1', targetId: 1, hookId: 1 },
      { id: 'd-2', targetId: 1, hookId: 1 },
      { id: 'd-1', targetId: 2, hookId: 1 },
      { id: 'd-1', targetId: 1, hookId: 2 },
      { id: 'd-1', targetId: 1, hookId: 1, targetType: 'repository' },
    ]
    for (const options of bodies) expect(await receive(options)).toBe('handled')
  })

  // grafana#125550: the delivery id is not covered by the signature.
  it('is not what has the same id and another body', async () => {
    const { receive } = countingReceiver()
    expect(await receive({ id: 'd-1', payload: { action: 'opened' } })).toBe('handled')
    expect(await receive({ id: 'd-1', payload: { action: 'closed' } })).toBe('handled')
  })

  it('cannot be announced by somebody without the secret', async () => {
    const { receiver, receive } = countingReceiver()
    const forged = signedDelivery({ secret: 'guessed', id: 'd-1' })
    expect((await receiver.receive(requestOf(forged))).status).toBe(401)
    expect(await receive({ id: 'd-1' })).toBe('handled')
  })

  // PageSpace#2199: a claim in flight must not be acknowledged as done.
  it('is answered with 409 while the first is being handled', async () => {
    const { receiver, runs } = countingReceiver({ acknowledgeAfterMs: 0 })
    const gate = deferred()
    receiver.on('issues', () => gate.promise)
    expect((await receiver.receive(request({ id: 'd-1' }))).status).toBe(202)
    const second = await receiver.receive(request({ id: 'd-1' }))
    expect([second.status, codeIn(second)]).toEqual([409, 'WEBHOOK_ALREADY_RUNNING'])
    gate.resolve()
    await receiver.close()
    expect(runs).toHaveLength(1)
  })

  it('is handled when the first failed, so that a manual redelivery works', async () => {
    const { receiver } = countingReceiver()
    let isBroken = true
    receiver.on('issues', () => {
      if (isBroken) throw new Error('no')
    })
    expect((await receiver.receive(request({ id: 'd-1' }))).status).toBe(500)
    isBroken = false
    expect(statusIn(await receiver.receive(request({ id: 'd-1' })))).toBe('handled')
  })

  it('is handled when auth failed for the first', async () => {
    let isBroken = true
    const { receiver } = countingReceiver({
      auth: {
        forDelivery: () => {
          if (isBroken) throw new Error('no')
        },
      },
    })
    await receiver.receive(request({ id: 'd-1' }))
    isBroken = false
    expect(statusIn(await receiver.receive(request({ id: 'd-1' })))).toBe('handled')
  })

  it('is handled when the first has been running for fifteen minutes', async () => {
    const { time, receiver } = countingReceiver({ acknowledgeAfterMs: 0 })
    receiver.on('issues', () => new Promise(() => undefined))
    await receiver.receive(request({ id: 'd-1' }))
    await time.pass(15 * 60_000 - 1)
    expect((await receiver.receive(request({ id: 'd-1' }))).status).toBe(409)
    await time.pass(1)
    expect((await receiver.receive(request({ id: 'd-1' }))).status).toBe(202)
  })

  it('is handled once of twenty that arrive together', async () => {
    const { receiver, runs } = countingReceiver()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => receiver.receive(request({ id: 'd-1' }))),
    )
    expect(runs).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
  })

  it('is handled again when nothing is to be remembered', async () => {
    const { receive } = countingReceiver({ claims: 'none' })
    expect([await receive({ id: 'd-1' }), await receive({ id: 'd-1' })]).toEqual(['handled', 'handled'])
  })

  it('is not claimed when nobody handles the event', async () => {
    let claims = 0
    const receiver = createWebhookReceiver({
      secrets: SECRET,
      claims: {
        claim: async () => {
          claims++
          return 'handled'
        },
      },
    })
    expect(statusIn(await receiver.receive(request()))).toBe('ignored')
    expect(claims).toBe(0)
  })

  it('is recognised by two servers that share their claims', async () => {
    const claims = memoryClaims()
    const [one, other] = [countingReceiver({ claims }), countingReceiver({ claims })]
    expect([await one.receive({ id: 'd-1' }), await other.receive({ id: 'd-1' })]).toEqual([
      'handled',
      'duplicate',
    ])
  })
})

describe('a store of claims', () => {
  const down = () => Promise.reject(new Error('redis: connection refused'))
  const never = () => new Promise<never>(() => undefined)
  const claimed = (claim: Partial<DeliveryClaim>): DeliveryClaims => ({
    claim: async () => ({ complete: async () => undefined, release: async () => undefined, ...claim }),
  })

  it.each([
    ['cannot be reached', { claim: down }],
    ['hangs', { claim: never }],
    ['cannot complete', claimed({ complete: down })],
    ['hangs when it completes', claimed({ complete: never })],
  ])('that %s loses no delivery, and is reported', async (_, claims) => {
    const { time, receiver, runs, reported } = countingReceiver({
      claims,
      acknowledgeAfterMs: Number.POSITIVE_INFINITY,
    })
    const response = await time.settle(receiver.receive(request()))
    expect(statusIn(response)).toBe('handled')
    expect(runs).toHaveLength(1)
    expect(reported).toMatchObject([{ code: 'CACHE_FAILED' }])
    expect(await time.stateOf(receiver.close())).toBe('fulfilled')
  })

  it.each([
    ['cannot release', claimed({ release: down })],
    ['hangs when it releases', claimed({ release: never })],
  ])('that %s is reported after the failure of the handler', async (_, claims) => {
    const { time, receiver, reported } = countingReceiver({ claims })
    receiver.on('issues', () => Promise.reject(new Error('no')))
    expect((await time.settle(receiver.receive(request()))).status).toBe(500)
    expect(reported).toMatchObject([{ message: 'no' }, { code: 'CACHE_FAILED' }])
  })

  it('that is slow has close() wait for the handlers that follow', async () => {
    const claiming = deferred()
    const { time, receiver, runs } = countingReceiver({
      claims: { claim: (key, times) => claiming.promise.then(() => memoryClaims().claim(key, times)) },
    })
    const answer = receiver.receive(request())
    await time.idle()
    const closed = receiver.close()
    expect(await time.stateOf(closed)).toBe('pending')
    claiming.resolve()
    await closed
    expect([runs.length, statusIn(await answer)]).toEqual([1, 'handled'])
  })

  it('that stays down is reported once, and asked again now and then until it is back', async () => {
    let isDown = true
    const kept = memoryClaims()
    const { time, receive, reported } = countingReceiver({
      claims: { claim: (key, times) => (isDown ? down() : kept.claim(key, times)) },
    })
    for (let count = 0; count < 30; count++) {
      expect(await receive({})).toBe('handled')
      await time.pass(200)
    }
    expect(reported).toHaveLength(1)
    isDown = false
    await time.pass(5_000)
    expect(await receive({ id: 'd-1' })).toBe('handled')
    expect(await receive({ id: 'd-1' })).toBe('duplicate')
    isDown = true
    await receive({})
    expect(reported).toHaveLength(2)
  })

  it('that hangs leaves GitHub an answer within its ten seconds', async () => {
    const { time, receiver } = countingReceiver({ claims: { claim: never } })
    const startedAt = time.clock.now()
    await time.settle(receiver.receive(request()))
    expect(time.clock.now() - startedAt).toBeLessThan(10_000)
  })
})
