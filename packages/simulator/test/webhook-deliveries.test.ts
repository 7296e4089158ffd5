import { describe, expect, test } from 'vitest'
import type { AppSeed, Simulator } from '../src/index.ts'
import { appJwt } from './support/app-jwt.ts'
import { answerViolations } from './support/github-schemas.ts'
import { heapBytes } from './support/heap-bytes.ts'
import { type Answer, call, installationId, startTestGitHub } from './support/test-github.ts'
import { hmac, names, only, type Receiver, startReceiver } from './support/webhook-receiver.ts'

const DAY_MS = 86_400_000
const MEBIBYTE = 1_048_576
const DELIVERIES = 'GET /app/hook/deliveries'

/** A GitHub whose app is told of things, and who it is told to. */
async function told(
  answer: number | 'never' = 202,
  { app = {}, webhookTimeoutMs = 10_000 }: { app?: AppSeed; webhookTimeoutMs?: number } = {},
): Promise<{ github: Simulator; receiver: Receiver }> {
  const receiver = await startReceiver(answer)
  const github = await startTestGitHub({
    app: { webhookUrl: receiver.url, events: ['repository'], ...app },
    webhookTimeoutMs,
  })
  return { github, receiver }
}

function asApp(github: Simulator, endpoint: string, body?: unknown): Promise<Answer> {
  return call(github, endpoint, { auth: appJwt(github), ...(body === undefined ? {} : { body }) })
}

/** The newest delivery, with everything the API says of it. */
async function newest(github: Simulator): Promise<Answer['json']> {
  const [item] = (await asApp(github, `${DELIVERIES}?per_page=1`)).json
  return (await asApp(github, `${DELIVERIES}/${item.id}`)).json
}

async function ping(github: Simulator, times = 1): Promise<void> {
  for (let sent = 0; sent < times; sent += 1) {
    github.ping()
    await github.settled()
  }
}

describe('A delivery that follows from an event', () => {
  test('is signed with the secret of the app, over the bytes that are sent', async () => {
    const { github, receiver } = await told()
    github.suspend(installationId(github, 'acme'))
    await github.settled()
    const { headers, body } = only(receiver.received)
    const secret = github.app.webhookSecret
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-github-event': 'installation',
      'x-github-hook-installation-target-id': String(github.app.id),
      'x-hub-signature': hmac('sha1', { body, secret }),
      'x-hub-signature-256': hmac('sha256', { body, secret }),
    })
  })

  test('is a form when the hook says so', async () => {
    const { github, receiver } = await told(202, { app: { webhookContentType: 'form' } })
    await ping(github)
    const { headers, body } = only(receiver.received)
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(headers['x-hub-signature-256']).toBe(hmac('sha256', { body, secret: github.app.webhookSecret }))
    const payload = JSON.parse(new URLSearchParams(body).get('payload') ?? '')
    expect((await newest(github)).request.payload).toEqual(payload)
  })

  test('does not hold up the API, whatever the receiver does', async () => {
    const { github, receiver } = await told('never')
    github.ping()
    await receiver.until(1)
    expect((await asApp(github, 'GET /app')).status).toBe(200)
    await github.close()
    await github.settled()
    expect(github.deliveries).toEqual([])
  })
})

describe('The deliveries API', () => {
  test('shows what was sent and what came back', async () => {
    const { github, receiver } = await told(503)
    github.renameRepository('acme/api', 'core')
    await github.settled()
    const { json } = await asApp(github, DELIVERIES)
    const { headers, body } = only(receiver.received)
    const item = {
      id: expect.any(Number),
      guid: headers['x-github-delivery'],
      delivered_at: '2026-01-01T00:00:00Z',
      redelivery: false,
      duration: expect.any(Number),
      status: 'Invalid HTTP Response: 503',
      status_code: 503,
      event: 'repository',
      action: 'renamed',
      installation_id: installationId(github, 'acme'),
      repository_id: JSON.parse(body).repository.id,
      throttled_at: null,
    }
    expect(json).toEqual([item])
    const one = await asApp(github, `${DELIVERIES}/${json[0].id}`)
    expect(answerViolations('GET /app/hook/deliveries/:delivery_id', one)).toEqual([])
    expect(one.json).toMatchObject({
      ...item,
      url: receiver.url,
      request: {
        headers: { 'X-Hub-Signature-256': headers['x-hub-signature-256'], 'X-GitHub-Event': 'repository' },
        payload: JSON.parse(body),
      },
      response: { headers: { location: '/elsewhere' }, payload: 'seen' },
    })
    expect(JSON.stringify(one.json)).not.toContain(github.app.webhookSecret)
  })

  test('files redirects, which are not followed, under success, as it says', async () => {
    const { github, receiver } = await told(204)
    await ping(github)
    receiver.answer = 302
    await ping(github)
    receiver.answer = 404
    await ping(github)
    const codes = async (status: string): Promise<number[]> =>
      (await asApp(github, `${DELIVERIES}?status=${status}`)).json.map(
        (item: { status_code: number }) => item.status_code,
      )
    expect(await codes('success')).toEqual([302, 204])
    expect(await codes('failure')).toEqual([404])
    expect(receiver.received).toHaveLength(3)
    expect(github.deliveries.map(({ status }) => status)).toEqual([
      'OK',
      'Invalid HTTP Response: 302',
      'Invalid HTTP Response: 404',
    ])
  })

  test('is read page by page with cursors, newest first, whatever comes in between', async () => {
    const { github } = await told()
    await ping(github, 5)
    const ids: number[] = []
    let next: string | undefined = `${github.url}/app/hook/deliveries?per_page=2`
    while (next !== undefined) {
      const page: Answer = await asApp(github, `GET ${next.slice(github.url.length)}`)
      ids.push(...page.json.map((item: { id: number }) => item.id))
      await ping(github)
      next = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1]
    }
    expect(ids).toEqual(
      github.deliveries
        .slice(0, 5)
        .map(({ id }) => id)
        .toReversed(),
    )
  })

  test.for([
    ['a delivery that does not exist', `${DELIVERIES}/1`, 404],
    ['a delivery with an id that is none', `${DELIVERIES}/abc`, 422],
    ['another attempt at nothing', 'POST /app/hook/deliveries/1/attempts', 404],
    ['another attempt at an id that is none', 'POST /app/hook/deliveries/%00/attempts', 422],
    ['a cursor that is none', `${DELIVERIES}?cursor=here`, 422],
    ['an outcome that is none', `${DELIVERIES}?status=toString`, 422],
  ] as const)('refuses %s', async ([, endpoint, status]) => {
    const { github } = await told()
    expect((await asApp(github, endpoint)).status).toBe(status)
  })

  test('knows of no delivery to another app', async () => {
    const receiver = await startReceiver()
    const github = await startTestGitHub({
      apps: [
        { slug: 'one', webhookUrl: receiver.url },
        { slug: 'other', webhookUrl: receiver.url },
      ],
    })
    github.ping({ app: 'other' })
    await github.settled()
    const id = github.deliveries[0]?.id
    expect((await asApp(github, DELIVERIES)).json).toEqual([])
    expect((await asApp(github, `${DELIVERIES}/${id}`)).status).toBe(404)
    expect((await asApp(github, `POST /app/hook/deliveries/${id}/attempts`)).status).toBe(404)
    await github.settled()
    expect(receiver.received).toHaveLength(1)
  })

  test('is not there for an app without a hook', async () => {
    const github = await startTestGitHub()
    for (const endpoint of [DELIVERIES, `${DELIVERIES}/1`, 'GET /app/hook/config'])
      expect((await asApp(github, endpoint)).status).toBe(404)
    expect((await asApp(github, 'PATCH /app/hook/config', { url: 'https://example.com' })).status).toBe(404)
  })

  test('forgets what is older than three days', async () => {
    const { github } = await told()
    await ping(github)
    const id = github.deliveries[0]?.id
    github.advance(3 * DAY_MS - 1)
    expect(github.deliveries).toHaveLength(1)
    github.advance(1)
    expect(github.deliveries).toEqual([])
    const at = 3 * 86_400
    const answer = await call(github, `${DELIVERIES}/${id}`, { auth: appJwt(github, { at }) })
    expect(answer.status).toBe(404)
  })
})

describe('A redelivery', () => {
  test('has the same GUID and payload, and the secret and address of now', async () => {
    const { github, receiver } = await told(500)
    const moved = await startReceiver(200)
    await ping(github)
    const secret = 'the new one'
    expect((await asApp(github, 'PATCH /app/hook/config', { url: moved.url, secret })).status).toBe(200)
    const { id } = await newest(github)
    const answer = await asApp(github, `POST /app/hook/deliveries/${id}/attempts`)
    expect(answerViolations('POST /app/hook/deliveries/:delivery_id/attempts', answer)).toEqual([])
    expect([answer.status, answer.json]).toEqual([202, {}])
    await github.settled()
    const [first, again] = [only(receiver.received), only(moved.received)]
    expect(again.body).toBe(first.body)
    expect(again.headers['x-github-delivery']).toBe(first.headers['x-github-delivery'])
    expect(again.headers['x-hub-signature-256']).toBe(hmac('sha256', { body: again.body, secret }))
    expect(github.deliveries).toMatchObject([
      { redelivery: false, statusCode: 500, url: receiver.url },
      { redelivery: true, statusCode: 200, url: moved.url, guid: first.headers['x-github-delivery'] },
    ])
  })

  test('by the test resolves to the new attempt', async () => {
    const { github, receiver } = await told(500)
    await ping(github)
    receiver.answer = 200
    const [failed] = github.deliveries
    const again = await github.redeliver(failed?.id ?? 0)
    expect(again).toMatchObject({
      guid: failed?.guid,
      status: 'OK',
      redelivery: true,
      event: 'ping',
      app: github.app.slug,
    })
    expect(again.id).not.toBe(failed?.id)
    await expect(github.redeliver(1)).rejects.toThrow('There is no delivery 1')
  })
})

describe('What a delivery by hand is remembered as', () => {
  test('a delivery like any other, when it goes to the app’s own hook', async () => {
    const { github, receiver } = await told()
    const { guid } = await github.deliver({
      event: 'issues',
      action: 'opened',
      payload: {},
      installation: 'acme',
    })
    await github.deliver({ event: 'issues', payload: '[1]', id: guid })
    await github.deliver({ event: 'issues', payload: {}, url: `${receiver.url}/other` })
    expect(github.deliveries).toMatchObject([
      { guid, event: 'issues', action: 'opened', redelivery: false },
      { guid, action: null, redelivery: true },
    ])
    expect((await newest(github)).request.payload).toBeNull()
    await github.redeliver(github.deliveries[0]?.id ?? 0)
    expect(receiver.received.at(-1)?.body).toBe(receiver.received[0]?.body)
  })
})

test('Settled means that webhooks by hand are answered, too', async () => {
  const { github, receiver } = await told()
  const sent = github.deliver({ event: 'ping', payload: {} })
  await github.settled()
  expect(receiver.received).toHaveLength(1)
  await sent
})

describe('A receiver that fails is remembered in GitHub’s words', () => {
  test('when it takes too long', async () => {
    const { github } = await told('never', { webhookTimeoutMs: 20 })
    await ping(github)
    expect(await newest(github)).toMatchObject({
      status: 'timed out',
      status_code: 504,
      response: { headers: null, payload: null },
    })
  })

  test.for([
    ['refuses the connection', 'http://127.0.0.1:1/', 'failed to connect to network'],
    ['has a name that nobody knows', 'http://nobody.invalid/', 'failed to connect to host'],
  ] as const)('when it %s', async ([, webhookUrl, status]) => {
    const github = await startTestGitHub({ app: { webhookUrl } })
    await ping(github)
    expect(await newest(github)).toMatchObject({ status, status_code: 502 })
  })
})

describe('What is remembered', () => {
  test('is the newest thousand, in bounded memory, after 10 000 events to a dead receiver', async () => {
    const github = await startTestGitHub({ app: { webhookUrl: 'http://127.0.0.1:1/' } })
    await ping(github)
    const before = await heapBytes()
    for (let sent = 0; sent < 10_000; sent += 1) github.ping()
    await github.settled()
    expect(github.deliveries).toHaveLength(1_000)
    expect((await heapBytes()) - before).toBeLessThan(20 * MEBIBYTE)
    const ids = github.deliveries.map(({ id }) => id)
    expect((ids.at(-1) ?? 0) - (ids[0] ?? 0)).toBe(999)
  }, 60_000)

  test('and what waits for a receiver that hangs is bounded: the rest is remembered as timed out', async () => {
    const { github } = await told('never')
    const repositories = Array.from({ length: 4_000 }, (_, index) => ({ name: `${index}`.padEnd(100, '-') }))
    github.addAccount({ login: 'big', repositories })
    const { id } = github.install({ account: 'big' })
    const before = await heapBytes()
    for (let sent = 0; sent < 200; sent += 1) github.setPermissions(id, { issues: 'read' })
    expect((await heapBytes()) - before).toBeLessThan(200 * MEBIBYTE)
    expect(github.deliveries.length).toBeGreaterThan(20)
    expect(new Set(github.deliveries.map(({ status }) => status))).toEqual(new Set(['timed out']))
  }, 60_000)

  test('however much was sent before, what is answered takes no place from what comes', async () => {
    const { github } = await told()
    const repositories = Array.from({ length: 25_000 }, (_, index) => ({ name: `${index}`.padEnd(100, '-') }))
    github.addAccount({ login: 'big', repositories })
    const { id } = github.install({ account: 'big' })
    for (let sent = 0; sent < 9; sent += 1) {
      github.setPermissions(id, { issues: 'read' })
      await github.settled()
      expect(github.deliveries.at(-1)?.status).toBe('OK')
    }
  }, 60_000)

  test('has at most 64 MiB of payloads and answers', async () => {
    const { github, receiver } = await told()
    const text = 'x'.repeat(10 * MEBIBYTE)
    for (let sent = 0; sent < 8; sent += 1) await github.deliver({ event: 'ping', payload: { sent, text } })
    expect(receiver.received).toHaveLength(8)
    expect(github.deliveries).toHaveLength(6)
  })
})

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
