import type { Budget, HubauthEvent, RequestEvent } from '@hubauth/core'
import { manualClock } from '@hubauth/testing'
import { type Attributes, metrics } from '@opentelemetry/api'
import { DataPointType } from '@opentelemetry/sdk-metrics'
import { afterEach, describe, expect, it, test } from 'vitest'
import { openTelemetryObserver } from '../src/index.ts'
import { allEvents, everyEvent } from './every-event.ts'
import { startTelemetry, type Telemetry } from './start-telemetry.ts'

const REQUEST: RequestEvent = {
  type: 'request',
  app: 1,
  installationId: 7,
  method: 'GET',
  host: 'api.github.com',
  status: 200,
  durationMs: 120,
}

/** What each event is counted as, at least. */
const METRICS_OF: Record<HubauthEvent['type'], readonly [string, Attributes][]> = {
  hit: [['hubauth.token.hits', { 'hubauth.app': 'Iv23liExample', 'hubauth.tier': 'memory' }]],
  mint: [['hubauth.token.mint.duration', { 'hubauth.app': 'Iv23liExample', 'error.type': 'TIMEOUT' }]],
  renew: [['hubauth.token.renewal.duration', { 'error.type': 'GITHUB_UNAVAILABLE' }]],
  wait: [['hubauth.token.wait.duration', { 'hubauth.outcome': 'took-over', 'error.type': '_OTHER' }]],
  evict: [['hubauth.token.evictions', { 'hubauth.reason': 'rejected' }]],
  sign: [['hubauth.key.sign.duration', { 'error.type': 'STORE_TIMEOUT' }]],
  lookup: [['hubauth.installation.lookup.duration', { 'error.type': 'NOT_INSTALLED' }]],
  request: [
    ['http.client.request.duration', { 'http.response.status_code': 404, 'error.type': '404' }],
    ['http.client.request.duration', { 'hubauth.actor': 'installation', 'error.type': 'GITHUB_UNAVAILABLE' }],
  ],
  retry: [['hubauth.request.retries', { 'hubauth.reason': 'server' }]],
  throttle: [['hubauth.throttles', { 'hubauth.actor': 'installation' }]],
  store: [
    ['hubauth.store.outages', { 'hubauth.store': 'cache', 'error.type': 'CACHE_FAILED' }],
    ['hubauth.store.outage.duration', { 'hubauth.store': 'cache' }],
  ],
  change: [['hubauth.installation.changes', { 'hubauth.origin': 'here' }]],
  delivery: [
    ['hubauth.delivery.duration', { 'hubauth.event': 'issues', 'hubauth.outcome': 'handled' }],
    [
      'hubauth.delivery.duration',
      { 'http.response.status_code': 500, 'error.type': 'WEBHOOK_HANDLER_FAILED' },
    ],
  ],
  job: [
    ['messaging.process.duration', { 'hubauth.outcome': 'failed', 'error.type': '_OTHER' }],
    ['messaging.client.consumed.messages', { 'messaging.operation.name': 'process', 'error.type': '_OTHER' }],
  ],
}

function observeAll(telemetry: Telemetry, events: readonly HubauthEvent[]): void {
  const observe = telemetry.observer()
  for (const event of events) observe(event)
}

describe('every event becomes a metric', () => {
  for (const [type, expected] of Object.entries(METRICS_OF)) {
    test(type, async () => {
      const telemetry = startTelemetry()
      observeAll(
        telemetry,
        allEvents().filter((event) => event.type === type),
      )
      for (const [name, attributes] of expected) expect(await telemetry.value(name, attributes)).toBe(1)
    })
  }
})

describe('the conventions of OpenTelemetry', () => {
  it('has durations in seconds, in the buckets that the conventions advise', async () => {
    const telemetry = startTelemetry()
    observeAll(telemetry, [REQUEST])
    const [metric] = await telemetry.metrics()
    expect(metric?.descriptor).toMatchObject({ name: 'http.client.request.duration', unit: 's' })
    if (metric?.dataPointType !== DataPointType.HISTOGRAM) throw new Error('expected a histogram')
    const value = metric.dataPoints[0]?.value
    expect(value?.sum).toBeCloseTo(0.12)
    expect(value?.buckets.boundaries).toEqual([
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ])
  })

  it('has every duration in seconds, and none below zero', async () => {
    const telemetry = startTelemetry()
    const timed = allEvents().map((event) => {
      if (event.type === 'job') return { ...event, durationMs: 2_000, queuedMs: 2_000 }
      if ('durationMs' in event) return { ...event, durationMs: 2_000 }
      return 'downMs' in event ? { ...event, downMs: 2_000 } : event
    })
    observeAll(telemetry, timed)
    const means = (await telemetry.metrics()).flatMap((metric) =>
      metric.dataPointType === DataPointType.HISTOGRAM
        ? metric.dataPoints.map(({ value }) => (value.sum ?? 0) / value.count)
        : [],
    )
    expect(new Set(means)).toEqual(new Set([2]))
    const turned = startTelemetry()
    observeAll(turned, [{ ...REQUEST, durationMs: -5 }])
    expect(await turned.value('http.client.request.duration')).toBe(1)
    expect(await turned.scrape()).toContain('le="0.005"} 1')
    expect(await turned.scrape()).not.toContain(' -')
  })

  it.each([
    ['api.github.com', 'api.github.com', 443],
    ['github.acme.example:8443', 'github.acme.example', 8443],
    ['[::1]:3000', '[::1]', 3000],
    ['[::1]', '[::1]', 443],
  ])('takes the host %s apart', async (host, address, port) => {
    const telemetry = startTelemetry()
    observeAll(telemetry, [{ ...REQUEST, host }])
    expect(await telemetry.attributes('http.client.request.duration')).toMatchObject([
      { 'server.address': address, 'server.port': port },
    ])
  })

  it('knows the methods of HTTP in any case, and calls all others _OTHER', async () => {
    const telemetry = startTelemetry()
    observeAll(telemetry, [
      { ...REQUEST, method: 'patch' },
      { ...REQUEST, method: 'BREW' },
    ])
    const methods = (await telemetry.attributes('http.client.request.duration')).map(
      (attributes) => attributes['http.request.method'],
    )
    expect(methods).toEqual(['PATCH', '_OTHER'])
  })

  it('tells requests of an installation, of the app and of anybody else apart', async () => {
    const telemetry = startTelemetry()
    observeAll(telemetry, [
      REQUEST,
      { ...REQUEST, installationId: undefined },
      { ...REQUEST, installationId: undefined, app: undefined },
    ])
    const attributes = await telemetry.attributes('http.client.request.duration')
    expect(attributes.map((each) => each['hubauth.actor'])).toEqual(['installation', 'app', 'other'])
    expect(attributes[2]).not.toHaveProperty('hubauth.app')
  })
})

describe('the number of time series is bounded', () => {
  it('has no installation, action or delivery on any metric', async () => {
    const telemetry = startTelemetry()
    observeAll(telemetry, allEvents())
    const names = (await telemetry.metrics()).flatMap(({ dataPoints }) =>
      dataPoints.flatMap(({ attributes }) => Object.keys(attributes)),
    )
    expect(names).toContain('hubauth.event')
    expect(names.filter((name) => /installation|action|id$/.test(name))).toEqual([])
  })

  it('calls events _OTHER after the first 150 names, and what is no name at once', async () => {
    const telemetry = startTelemetry()
    const [delivery] = everyEvent().delivery
    if (delivery === undefined) throw new Error('expected a delivery')
    const names = ['no name', 'a'.repeat(65), ...Array.from({ length: 500 }, (_, index) => `event_${index}`)]
    observeAll(
      telemetry,
      names.map((event) => ({ ...delivery, event })),
    )
    const seen = (await telemetry.attributes('hubauth.delivery.duration')).map(
      (each) => each['hubauth.event'],
    )
    expect(seen).toHaveLength(151)
    expect(await telemetry.value('hubauth.delivery.duration', { 'hubauth.event': '_OTHER' })).toBe(352)
  })
})

describe('hits', () => {
  it('are all there at each collection, whoever observed them', async () => {
    const telemetry = startTelemetry()
    const [hit, shared] = everyEvent().hit
    if (hit === undefined || shared === undefined) throw new Error('expected both')
    const observers = [telemetry.observer(), telemetry.observer()]
    for (const observe of observers) for (let index = 0; index < 10; index++) observe(hit)
    observers[0]?.(shared)
    expect(await telemetry.value('hubauth.token.hits', { 'hubauth.tier': 'memory' })).toBe(20)
    expect(await telemetry.value('hubauth.token.hits', { 'hubauth.tier': 'shared' })).toBe(1)
    observers[1]?.(hit)
    expect(await telemetry.value('hubauth.token.hits', { 'hubauth.tier': 'memory' })).toBe(21)
    expect(await telemetry.value('hubauth.token.hits', { 'hubauth.tier': 'memory' })).toBe(21)
  })
})

describe('rate limits', () => {
  const clock = manualClock()
  const budget = (installationId: number, remaining: number, minutes = 30): HubauthEvent => {
    const resetAt = clock.now() + minutes * 60_000
    const said: Budget = {
      app: 1,
      installationId,
      resource: 'core',
      limit: 5_000,
      remaining,
      used: 0,
      resetAt,
    }
    return { ...REQUEST, installationId, budget: said }
  }
  const series = { 'hubauth.app': '1', 'hubauth.resource': 'core' }

  it('shows the installation that is nearest to its limit', async () => {
    const telemetry = startTelemetry()
    const observe = telemetry.observer({ clock })
    for (const event of [budget(7, 4_000), budget(8, 20), budget(9, 3_000)]) observe(event)
    expect(await telemetry.value('hubauth.ratelimit.remaining', series)).toBe(20)
    expect(await telemetry.value('hubauth.ratelimit.limit', series)).toBe(5_000)
    expect(await telemetry.attributes('hubauth.ratelimit.remaining')).toEqual([series])
  })

  it('follows that installation up again', async () => {
    const telemetry = startTelemetry()
    const observe = telemetry.observer({ clock })
    for (const event of [budget(8, 20), budget(8, 4_999)]) observe(event)
    expect(await telemetry.value('hubauth.ratelimit.remaining', series)).toBe(4_999)
  })

  it('is full after its reset, also when nothing asks GitHub any more', async () => {
    const telemetry = startTelemetry()
    const observe = telemetry.observer({ clock })
    observe(budget(8, 20, 1))
    await clock.advance(60_000)
    expect(await telemetry.value('hubauth.ratelimit.remaining', series)).toBe(5_000)
    observe(budget(9, 4_000))
    expect(await telemetry.value('hubauth.ratelimit.remaining', series)).toBe(4_000)
  })
})

describe('stores', () => {
  const [down, up] = everyEvent().store

  it('counts the stores that are down now', async () => {
    if (down === undefined || up === undefined) throw new Error('expected both')
    const telemetry = startTelemetry()
    const observe = telemetry.observer()
    const isDown = () => telemetry.value('hubauth.store.down', { 'hubauth.store': 'cache' })
    expect(await isDown()).toBeUndefined()
    observe(down)
    observe(down)
    expect(await isDown()).toBe(2)
    observe(up)
    observe(up)
    expect(await isDown()).toBe(0)
  })

  it('is never less than none, when a store went down before there was a provider', async () => {
    if (down === undefined || up === undefined) throw new Error('expected both')
    const telemetry = startTelemetry()
    const observe = telemetry.observer()
    observe(up)
    observe(down)
    observe(up)
    expect(await telemetry.value('hubauth.store.down')).toBe(0)
    expect(await telemetry.value('hubauth.store.outage.duration')).toBe(2)
  })
})

describe('the global meter provider', () => {
  afterEach(() => metrics.disable())

  it('is used from when it is registered, also by an observer that is older', async () => {
    const telemetry = startTelemetry()
    const observe = openTelemetryObserver()
    observe(REQUEST)
    metrics.setGlobalMeterProvider(telemetry.meterProvider)
    observe(REQUEST)
    observe(REQUEST)
    expect(await telemetry.value('http.client.request.duration')).toBe(2)
  })

  it('counts each hit once, when another one takes its place', async () => {
    const [before, after] = [startTelemetry(), startTelemetry()]
    const observe = openTelemetryObserver()
    const [hit] = everyEvent().hit
    if (hit === undefined) throw new Error('expected a hit')
    metrics.setGlobalMeterProvider(before.meterProvider)
    observe(hit)
    expect(await before.value('hubauth.token.hits')).toBe(1)
    metrics.disable()
    metrics.setGlobalMeterProvider(after.meterProvider)
    observe(hit)
    observe(hit)
    expect(await before.value('hubauth.token.hits')).toBe(1)
    expect(await after.value('hubauth.token.hits')).toBe(2)
  })
})
