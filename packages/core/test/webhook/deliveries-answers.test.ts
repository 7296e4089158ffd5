import { describe, expect, it } from 'vitest'
import { type DeliveriesApp, redeliverFailed } from '../../src/index.ts'
import { errorWithCode } from '../rejection.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'
import { timeline } from '../timeline.ts'
import { DeliveryList, MINUTE_MS } from './delivery-list.ts'

const THROTTLING = [
  ['429', () => json({ message: 'Slow down' }, { status: 429 })],
  ['403 with Retry-After', () => json({}, { status: 403, headers: { 'retry-after': '60' } })],
  ['403 when nothing remains', () => json({}, { status: 403, headers: { 'x-ratelimit-remaining': '0' } })],
  ['403 that says so', () => json({ message: 'You have exceeded a secondary rate limit.' }, { status: 403 })],
] as const

const WELL_FORMED = {
  id: 1,
  guid: 'a',
  delivered_at: '2026-01-01T00:00:00Z',
  redelivery: false,
  status: 'OK',
  status_code: 200,
  event: 'issues',
}

/** An app whose requests are all answered alike. */
function answering(answer: (path: string) => Response): DeliveriesApp & { readonly paths: string[] } {
  const paths: string[] = []
  return {
    paths,
    async fetch(path) {
      paths.push(path)
      return answer(path)
    },
  }
}

function failedList(...guids: readonly string[]): DeliveryList {
  const list = new DeliveryList()
  for (const guid of guids) list.record(guid, { deliveredAt: list.now - 15 * MINUTE_MS })
  return list
}

describe('redeliverFailed, when GitHub throttles', () => {
  it.each(THROTTLING)('ends while it lists (%s), and settles nothing new', async (_, answer) => {
    const list = failedList('a', 'b', 'c')
    list.pageSize = 1
    list.before = () => (list.requests.length === 2 ? answer() : undefined)
    const report = await redeliverFailed(list, { since: 7 })
    expect(report).toEqual({
      endedBy: 'throttled',
      redelivered: [],
      refused: [],
      waiting: [],
      givenUp: [],
      settledUntil: 7,
    })
    expect(list.requests).toEqual(['GET', 'GET'])
  })

  it.each(THROTTLING)('ends while it redelivers (%s), and says what it did', async (_, answer) => {
    const list = failedList('a', 'b', 'c')
    list.before = () => (list.requests.length === 3 ? answer() : undefined)
    const report = await redeliverFailed(list, { perMinute: Number.POSITIVE_INFINITY })
    expect([report.endedBy, report.redelivered.length, report.waiting.length]).toEqual(['throttled', 1, 2])
    expect(list.requests).toHaveLength(3)
    expect(report.settledUntil).toBe(report.waiting[0]?.first.deliveredAt)
  })
})

describe('redeliverFailed, when GitHub does not give its list', () => {
  const page = (body: unknown, headers: Record<string, string> = {}) =>
    json(body, { headers: { date: 'Thu, 01 Jan 2026 00:01:00 GMT', ...headers } })

  it.each([
    ['a web page', () => new Response('<html>Log in</html>')],
    ['nothing', () => new Response('')],
    ['something else', () => page({ deliveries: [] })],
    ['a list of nothing', () => page([null])],
    ...Object.keys(WELL_FORMED)
      .filter((name) => name !== 'status')
      .map((name) => [`a list without ${name}`, () => page([{ ...WELL_FORMED, [name]: null }])] as const),
    ['an id that leads elsewhere', () => page([{ ...WELL_FORMED, id: '1/../../../installations/7' }])],
    [
      'a list that begins anew',
      (path: string) =>
        page([WELL_FORMED], { link: `<${new URL(path, 'https://api.github.com')}>; rel="next"` }),
    ],
    [
      'a list that goes in circles',
      (path: string) =>
        page([WELL_FORMED], {
          link: `<https://api.github.com/${path.endsWith('a') ? 'b' : 'a'}>; rel="next"`,
        }),
    ],
    ['a list that goes on nowhere', () => page([WELL_FORMED], { link: '<more>; rel="next"' })],
    ['a web page with an error', () => new Response('<html>', { status: 404 })],
  ] as const)('fails with UNEXPECTED_RESPONSE for %s', async (_, answer) => {
    const app = answering(answer)
    await errorWithCode('UNEXPECTED_RESPONSE', redeliverFailed(app))
    expect(app.paths.length).toBeLessThan(5)
  })

  it('fails with GITHUB_UNAVAILABLE when GitHub is down, and with GITHUB_REFUSED when it refuses', async () => {
    await errorWithCode('GITHUB_UNAVAILABLE', redeliverFailed(answering(() => json({}, { status: 502 }))))
    const refused = answering(() => json({ message: 'Not Found' }, { status: 404 }))
    const { details, message } = await errorWithCode('GITHUB_REFUSED', redeliverFailed(refused))
    expect([details.githubStatus, message]).toEqual([404, expect.stringContaining('Not Found')])
  })

  it('fails with TIMEOUT when an answer does not end', async () => {
    const time = timeline()
    const app = answering(() => new Response(new ReadableStream()))
    await errorWithCode('TIMEOUT', time.settle(redeliverFailed(app, { clock: time.clock })))
  })

  it('follows no link to another host', async () => {
    const link = '<https://evil.example/app/hook/deliveries?cursor=2>; rel="next"'
    const github = scriptedGitHub(() => page([WELL_FORMED], { link }))
    await errorWithCode('HOST_REFUSED', github.time.settle(redeliverFailed(github.auth().app)))
    expect(github.sent).toHaveLength(1)
  })
})

it('takes the time of this machine when an answer has no date', async () => {
  const { clock } = timeline()
  const app = answering(() => json([{ ...WELL_FORMED, status_code: 500 }]))
  expect(await redeliverFailed(app, { clock })).toMatchObject({ waiting: [{ attempts: 1 }] })
})

it('a delivery that GitHub does not redeliver holds up no other, and is tried again by the next sweep', async () => {
  const list = failedList('a', 'b', 'c')
  list.before = () => {
    if (list.requests.length === 2) return json({ message: 'Not Found' }, { status: 404 })
    if (list.requests.length === 3) throw new TypeError('fetch failed')
    return undefined
  }
  const options = { perMinute: Number.POSITIVE_INFINITY }
  const report = await redeliverFailed(list, options)
  expect(report.refused).toMatchObject([
    { error: { code: 'GITHUB_REFUSED' } },
    { error: { name: 'TypeError' } },
  ])
  expect([report.endedBy, report.redelivered.length, report.waiting]).toEqual(['done', 1, []])
  list.before = () => undefined
  const next = await redeliverFailed(list, { ...options, since: report.settledUntil })
  expect(next.redelivered.map(({ first }) => first.guid).sort()).toEqual(
    report.refused.map(({ delivery }) => delivery.first.guid).sort(),
  )
})
