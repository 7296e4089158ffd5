import type { Simulator, SimulatorOptions } from '../../src/index.ts'
import { call } from '../support/test-github.ts'
import { asApp, type Row, refusedWithoutJwt } from './row.ts'

const CONFIG = 'GET /app/hook/config'
const CHANGE_CONFIG = 'PATCH /app/hook/config'
const DELIVERIES = 'GET /app/hook/deliveries'
const DELIVERY = 'GET /app/hook/deliveries/:delivery_id'
const REDELIVER = 'POST /app/hook/deliveries/:delivery_id/attempts'

// Nobody listens there.
const app: NonNullable<SimulatorOptions['app']> = { webhookUrl: 'http://127.0.0.1:1/' }

const CHANGES = {
  'a change of everything': {
    url: 'https://example.com/hook',
    content_type: 'form',
    insecure_ssl: '1',
    secret: 'a secret',
  },
  'a change of the address': { url: 'https://example.com/hook' },
  'no secret any more': { secret: '' },
  'a number for what is a text or a number': { insecure_ssl: 0 },
  'no change': {},
}

const REFUSED_CHANGES = {
  'an address that is none': { url: 'nowhere' },
  'an address that is a number': { url: 1 },
  'a content type nobody knows': { content_type: 'xml' },
  'a secret that is a number': { secret: 1 },
  'a flag nobody knows': { insecure_ssl: '2' },
}

const ROWS: readonly Row[] = [
  { endpoint: CONFIG, state: 'the app', as: asApp, expectStatus: 200 },
  ...Object.entries(CHANGES).map(([state, body]) => ({
    endpoint: CHANGE_CONFIG,
    state,
    as: asApp,
    body,
    expectStatus: 200,
  })),
  ...Object.entries(REFUSED_CHANGES).map(([state, body]) => ({
    endpoint: CHANGE_CONFIG,
    state,
    as: asApp,
    body,
    expectStatus: 422,
  })),
  { endpoint: DELIVERIES, state: 'an app without deliveries', as: asApp, expectStatus: 200 },
  { endpoint: DELIVERIES, state: 'deliveries of two events', as: asApp, before: happen, expectStatus: 200 },
  {
    endpoint: DELIVERIES,
    state: 'a page of its own',
    as: asApp,
    before: happen,
    query: '?per_page=1',
    expectStatus: 200,
  },
  { endpoint: DELIVERIES, state: 'failures', as: asApp, query: '?status=failure', expectStatus: 200 },
  { endpoint: DELIVERIES, state: 'a status nobody knows', as: asApp, query: '?status=x', expectStatus: 422 },
  { endpoint: DELIVERIES, state: 'a cursor that is none', as: asApp, query: '?cursor=x', expectStatus: 422 },
  ...[DELIVERY, REDELIVER].flatMap((endpoint): Row[] => {
    const expectStatus = endpoint === DELIVERY ? 200 : 202
    return [
      {
        endpoint,
        state: 'a delivery without an answer',
        as: asApp,
        path: { delivery_id: deliveryTo(() => app.webhookUrl) },
        expectStatus,
      },
      {
        endpoint,
        state: 'a delivery with an answer',
        as: asApp,
        path: { delivery_id: deliveryTo(({ url }) => url) },
        expectStatus,
      },
      { endpoint, state: 'an unknown id', as: asApp, path: { delivery_id: 1 }, expectStatus: 404 },
      {
        endpoint,
        state: 'an id that is no number',
        as: asApp,
        path: { delivery_id: 'x' },
        expectStatus: 422,
      },
      ...refusedWithoutJwt(endpoint).map((row) => ({ ...row, path: { delivery_id: 1 } })),
    ]
  }),
  ...[CONFIG, CHANGE_CONFIG, DELIVERIES].flatMap(refusedWithoutJwt),
]

/** The webhook of the app, and what was delivered to it. */
export const HOOK_ROWS: readonly Row[] = [
  ...ROWS.map((row) => ({ ...row, app })),
  ...[CONFIG, CHANGE_CONFIG, DELIVERIES, DELIVERY, REDELIVER].map((endpoint) => ({
    endpoint,
    state: 'an app without a webhook',
    as: asApp,
    path: { delivery_id: 1 },
    expectStatus: 404,
  })),
]

async function happen(github: Simulator): Promise<void> {
  github.renameAccount('acme', 'acme-corp')
  github.suspend(github.installations[0]?.id ?? 0)
  await github.settled()
}

/** Something happens and is told to an address. A simulator is a receiver too: it answers that it knows no such page. */
function deliveryTo(
  address: (github: Simulator) => string | undefined,
): (github: Simulator) => Promise<number> {
  return async (github) => {
    const headers = await asApp(github)
    await call(github, CHANGE_CONFIG, { headers, body: { url: address(github) } })
    await happen(github)
    const { json } = await call(github, DELIVERIES, { headers })
    return json[0].id
  }
}
