import { HubauthError, type HubauthEvent } from '@hubauth/core'

type EventsOf = {
  readonly [Type in HubauthEvent['type']]: readonly Extract<HubauthEvent, { readonly type: Type }>[]
}

const APP = 'Iv23liExample'
const of = { app: APP, installationId: 7 }

/** Every type of event, as it is when all went well and as it is when something failed: with every field that there is. */
export function everyEvent(now: number = Date.now()): EventsOf {
  const budget = { ...of, resource: 'core', limit: 5_000, remaining: 4_321, used: 679, resetAt: now + 60_000 }
  const request = { type: 'request', ...of, method: 'GET', host: 'api.github.com', durationMs: 120 } as const
  const delivery = { type: 'delivery', durationMs: 8, event: 'issues', action: 'opened', id: 'd-1' } as const
  const job = {
    type: 'job',
    event: 'issues',
    action: 'opened',
    id: 'd-1',
    durationMs: 40,
    queuedMs: 900,
  } as const
  const error = new HubauthError('CACHE_FAILED', 'The cache failed.')
  return {
    hit: [
      { type: 'hit', ...of, tier: 'memory' },
      { type: 'hit', ...of, tier: 'shared' },
    ],
    mint: [
      { type: 'mint', ...of, durationMs: 250 },
      { type: 'mint', ...of, durationMs: 9_000, error: 'TIMEOUT' },
    ],
    renew: [
      { type: 'renew', ...of, durationMs: 250 },
      { type: 'renew', ...of, durationMs: 250, error: 'GITHUB_UNAVAILABLE' },
    ],
    wait: [
      { type: 'wait', ...of, durationMs: 90, outcome: 'shared' },
      { type: 'wait', ...of, durationMs: 90, outcome: 'took-over', error: 'OTHER' },
    ],
    evict: [{ type: 'evict', ...of, reason: 'rejected' }],
    sign: [
      { type: 'sign', app: APP, durationMs: 2 },
      { type: 'sign', app: APP, durationMs: 5_000, error: 'STORE_TIMEOUT' },
    ],
    lookup: [
      { type: 'lookup', app: APP, durationMs: 80 },
      { type: 'lookup', app: APP, durationMs: 80, error: 'NOT_INSTALLED' },
    ],
    request: [
      { ...request, status: 200, budget },
      { ...request, status: 404, budget },
      { ...request, error: 'GITHUB_UNAVAILABLE' },
    ],
    retry: [{ type: 'retry', ...of, reason: 'server', waitMs: 500 }],
    throttle: [{ type: 'throttle', ...of, retryAt: now + 60_000 }],
    store: [
      { type: 'store', store: 'cache', state: 'down', error },
      { type: 'store', store: 'cache', state: 'up', downMs: 65_000 },
    ],
    change: [{ type: 'change', origin: 'here' }],
    delivery: [
      { ...delivery, outcome: 'handled', status: 200 },
      { ...delivery, outcome: 'failed', status: 500, error: 'WEBHOOK_HANDLER_FAILED' },
    ],
    job: [
      { ...job, outcome: 'handled', attempt: 1 },
      { ...job, outcome: 'failed', attempt: 2, error: 'OTHER' },
    ],
  }
}

/** All of {@link everyEvent}, in one list. */
export function allEvents(now?: number): readonly HubauthEvent[] {
  return Object.values(everyEvent(now)).flat()
}
