import { describe, expect, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { answerViolations } from './support/github-schemas.ts'
import { type Answer, call, installationId, startTestGitHub } from './support/test-github.ts'
import { asApp, DAY_MS, DELIVERIES, newest, ping, told } from './support/told-deliveries.ts'
import { hmac, only, startReceiver } from './support/webhook-receiver.ts'

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
