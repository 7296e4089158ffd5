import { describeBot } from '@hubauth/bot/end-to-end'
import { signedDelivery } from '@hubauth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningNext, startNext } from './start-next.ts'

describeBot('Next.js', async (environment) => {
  const { url, close } = await startNext({ ...environment })
  return { webhooks: `${url}/github/webhooks`, close }
})

describe('a route of Next.js', () => {
  let next: RunningNext

  beforeAll(async () => {
    next = await startNext({})
  }, 60_000)

  afterAll(() => next?.close())

  it('answers 405 to GET', async () => {
    expect((await fetch(`${next.url}/github/webhooks`)).status).toBe(405)
  })

  it('goes on with a handler after it has answered 202', async () => {
    const delivery = signedDelivery({ secret: 'the secret' })
    expect((await fetch(`${next.url}/slow`, delivery)).status).toBe(202)
    expect(await (await fetch(`${next.url}/slow`)).json()).toEqual({ handled: true })
  })
})
