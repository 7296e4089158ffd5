import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { installationId } from './support/test-github.ts'
import { ping, told } from './support/told-deliveries.ts'
import { hmac, names } from './support/webhook-receiver.ts'

describe('Faults of deliveries', () => {
  const rename = (github: Simulator, name: string): void => {
    github.renameRepository('acme/docs', name)
    github.renameRepository(`acme/${name}`, 'docs')
  }

  test('drop: the receiver hears nothing, and the delivery can be redelivered', async () => {
    const { github, receiver } = await told()
    const fault = github.failDeliveries({ fault: 'drop', event: 'ping' })
    await ping(github)
    expect([fault.hits, receiver.received.length]).toEqual([1, 0])
    expect(github.deliveries).toMatchObject([{ status: 'timed out', statusCode: 504 }])
    await github.redeliver(github.deliveries[0]?.id ?? 0)
    expect(names(receiver.received)).toEqual(['ping'])
  })

  test.for([true, false])('duplicate: it comes twice with one GUID (in turn: %s)', async (inTurn) => {
    const { github, receiver } = await told()
    github.failDeliveries({ fault: 'duplicate', inTurn })
    await ping(github, 2)
    const [first, second, third] = receiver.received.map(({ headers }) => headers['x-github-delivery'])
    expect(second).toBe(first)
    expect(third).not.toBe(first)
    expect(receiver.received).toHaveLength(3)
  })

  test('reorder: the next ones come in reverse, and removing it sends what it holds', async () => {
    const { github, receiver } = await told()
    github.failDeliveries({ fault: 'reorder', action: 'renamed', times: 2 })
    rename(github, 'pages')
    await github.settled()
    const nameOf = ({ body }: { body: string }): string => JSON.parse(body).repository.name
    expect(receiver.received.map(nameOf)).toEqual(['docs', 'pages'])
    const fault = github.failDeliveries({ fault: 'reorder', times: 3 })
    rename(github, 'site')
    await github.settled()
    expect(receiver.received).toHaveLength(2)
    expect(github.removeDeliveryFault(fault.id)).toBe(true)
    expect(github.removeDeliveryFault(fault.id)).toBe(false)
    await github.settled()
    expect(receiver.received.map(nameOf)).toEqual(['docs', 'pages', 'docs', 'site'])
  })

  test('delay: others overtake it, and settled waits for it', async () => {
    const { github, receiver } = await told()
    github.failDeliveries({ fault: 'delay', delayMs: 100 })
    github.ping()
    github.suspend(installationId(github, 'acme'))
    await github.settled()
    expect(names(receiver.received)).toEqual(['installation.suspend', 'ping'])
  })

  test('wrong-secret: the signature is well formed and of another secret', async () => {
    const { github, receiver } = await told()
    github.failDeliveries({ fault: 'wrong-secret' })
    await ping(github, 2)
    const holds = receiver.received.map(
      ({ headers, body }) =>
        headers['x-hub-signature-256'] === hmac('sha256', { body, secret: github.app.webhookSecret }),
    )
    expect(holds).toEqual([false, true])
    expect(receiver.received[0]?.headers['x-hub-signature-256']).toMatch(/^sha256=[\da-f]{64}$/)
  })

  test('hit only what they name, after so many', async () => {
    const { github, receiver } = await told()
    const fault = github.failDeliveries({
      fault: 'drop',
      event: 'installation',
      action: 'suspend',
      after: 1,
      times: 'always',
    })
    const id = installationId(github, 'acme')
    for (let round = 0; round < 3; round += 1) {
      github.suspend(id)
      github.unsuspend(id)
      await github.settled()
    }
    expect(fault.hits).toBe(2)
    expect(names(receiver.received).filter((name) => name === 'installation.suspend')).toHaveLength(1)
    fault.remove()
    github.suspend(id)
    await github.settled()
    expect(names(receiver.received).filter((name) => name === 'installation.suspend')).toHaveLength(2)
  })

  test.for([
    [{ fault: 'explode' }, 'fault must be one of drop'],
    [{ fault: 'drop', evnet: 'ping' }, 'evnet: no such option'],
    [{ fault: 'reorder', times: 'always' }, 'times of a reorder must be a number'],
    [{ fault: 'delay', delayMs: -1 }, 'delayMs'],
  ])('are refused when they do not hold: %j', async ([fault, message]) => {
    const { github } = await told()
    expect(() => github.failDeliveries(fault as never)).toThrow(String(message))
  })

  test('do not outlive the simulator: close cuts what they delay', async () => {
    const { github, receiver } = await told()
    github.failDeliveries({ fault: 'delay', delayMs: 2_000_000_000 })
    github.ping()
    await github.close()
    await github.settled()
    expect(receiver.received).toEqual([])
  })
})
