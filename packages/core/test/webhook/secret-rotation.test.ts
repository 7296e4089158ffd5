import { manualClock, signedDelivery } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import {
  createFetchHandler,
  createWebhookReceiver,
  type StoredSecret,
  storedSecret,
  type WebhookReceiverOptions,
} from '../../src/index.ts'

const URL = 'https://octo.example/github/webhooks'
const STORE = 'Planted Store'
const SECRET_ID = 'planted/secret-id'

/** A secret in a store that can fail, and a receiver that reads it there. */
function receiverOver(text: string, options: Partial<WebhookReceiverOptions> = {}) {
  const clock = manualClock()
  const store = { text, error: undefined as Error | undefined, reads: 0 }
  const fetch = () => {
    store.reads++
    if (store.error !== undefined) throw store.error
    return store.text
  }
  const secret: StoredSecret = storedSecret({ store: STORE, secretId: SECRET_ID, fetch, clock })
  const reported: unknown[] = []
  const handled: number[] = []
  const receiver = createWebhookReceiver({
    secrets: secret,
    clock,
    onError: (error) => reported.push(error),
    ...options,
  })
  receiver.on('issues', ({ secretIndex }) => void handled.push(secretIndex))
  const handle = createFetchHandler(receiver)
  const deliver = (signedWith: string) => handle(new Request(URL, signedDelivery({ secret: signedWith })))
  const statusOf = async (signedWith: string) => (await deliver(signedWith)).status
  return { clock, store, secret, reported, handled, deliver, statusOf, receiver }
}

describe('a receiver whose secret is in a store', () => {
  it('follows a rotation without a restart and without losing a delivery', async () => {
    const { clock, store, statusOf, handled } = receiverOver('old')
    expect(await statusOf('old')).toBe(200)
    store.text = 'new\nold'
    expect(await statusOf('old')).toBe(200)
    expect(await statusOf('new')).toBe(200)
    expect(await statusOf('old')).toBe(200)
    store.text = 'new'
    await clock.advance(300_000)
    expect(await statusOf('new')).toBe(200)
    await clock.advance(0)
    expect(store.reads).toBe(3)
    expect(await statusOf('old')).toBe(401)
    expect(await statusOf('new')).toBe(200)
    expect(handled).toHaveLength(6)
  })

  it('follows one that comes without warning with the first delivery that is signed with the new secret', async () => {
    const { store, statusOf } = receiverOver('old')
    expect(await statusOf('old')).toBe(200)
    store.text = 'new'
    expect(await Promise.all([statusOf('new'), statusOf('new'), statusOf('forged')])).toEqual([200, 200, 401])
    expect(await statusOf('old')).toBe(401)
  })

  it('answers 503 while it knows no secret, and says nothing of the store', async () => {
    const { clock, store, deliver, reported, handled } = receiverOver('old')
    store.error = Object.assign(new Error('planted words of the store'), { code: 'ECONNREFUSED' })
    const answers = [await deliver('old'), await deliver('old')]
    for (const answer of answers) {
      expect(answer.status).toBe(503)
      const text = `${await answer.text()} ${JSON.stringify([...answer.headers])}`
      expect(text).toContain('WEBHOOK_SECRET_UNAVAILABLE')
      expect(text).not.toMatch(/planted|ECONNREFUSED/i)
    }
    expect(reported).toMatchObject([
      { code: 'STORE_UNAVAILABLE', details: { store: STORE, secretId: SECRET_ID } },
    ])
    expect(handled).toEqual([])
    store.error = undefined
    await clock.advance(1_000)
    expect((await deliver('old')).status).toBe(200)
    expect(reported).toHaveLength(1)
  })

  it('tells those who verify on their own route why, as the cause', async () => {
    const { store, receiver } = receiverOver('old')
    store.error = new Error('down')
    const delivery = signedDelivery({ secret: 'old' })
    const request = {
      ...delivery,
      header: (name: string) => delivery.headers[name],
      body: async () => delivery.body,
    }
    const error: unknown = await receiver.verify(request).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'WEBHOOK_SECRET_UNAVAILABLE', cause: { code: 'STORE_UNAVAILABLE' } })
  })

  it('tells handlers which source the secret came from', async () => {
    const { secret } = receiverOver('a\nb')
    const { statusOf, handled } = receiverOver('', { secrets: ['fixed', secret] })
    for (const signedWith of ['b', 'fixed', 'a']) expect(await statusOf(signedWith)).toBe(200)
    expect(handled).toEqual([1, 0, 1])
  })

  it('reads a burst of forged deliveries without reading the store for each', async () => {
    const { clock, store, statusOf, reported } = receiverOver('old')
    await statusOf('old')
    for (let interval = 1; interval <= 3; interval++) {
      const burst = Array.from({ length: 200 }, (_, index) => statusOf(`forged ${index}`))
      expect(new Set(await Promise.all(burst))).toEqual(new Set([401]))
      expect(store.reads).toBe(1 + interval)
      await clock.advance(5_000)
    }
    expect(reported).toEqual([])
  })

  it('lets a store that hangs hold up nobody whose secret is known', async () => {
    const hanging = { read: () => new Promise<string>(() => undefined) }
    const { clock, statusOf, reported } = receiverOver('', { secrets: [hanging, 'fixed'] })
    const forged = Array.from({ length: 50 }, () => statusOf('forged'))
    expect(await Promise.all(Array.from({ length: 50 }, () => statusOf('fixed')))).toEqual(
      Array(50).fill(200),
    )
    await clock.advance(10_000)
    expect(new Set(await Promise.all(forged))).toEqual(new Set([401]))
    expect(reported).toMatchObject([{ code: 'TIMEOUT' }])
    expect(clock.sleeping).toBe(0)
  })
})
