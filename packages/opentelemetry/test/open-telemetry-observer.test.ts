import { randomBytes } from 'node:crypto'
import { HubauthError, type HubauthEvent } from '@hubauth/core'
import { expectHidden } from '@hubauth/testing'
import { DiagLogLevel, diag } from '@opentelemetry/api'
import { afterEach, expect, it, test } from 'vitest'
import { openTelemetryObserver } from '../src/index.ts'
import { allEvents } from './every-event.ts'
import { startTelemetry } from './start-telemetry.ts'

afterEach(() => diag.disable())

test('nothing that an event carries besides its fields is ever recorded', async () => {
  const secret = randomBytes(24).toString('hex')
  const telemetry = startTelemetry()
  const observe = telemetry.observer()
  const error = new HubauthError('CACHE_FAILED', secret, { cause: new Error(secret) })
  for (const event of allEvents()) {
    const planted = {
      token: secret,
      path: `/repos/${secret}`,
      payload: { secret },
      headers: [secret],
      attributes: { secret },
    }
    observe(
      event.type === 'store' && event.state === 'down'
        ? { ...event, ...planted, error }
        : { ...event, ...planted },
    )
  }
  const seen = { scrape: await telemetry.scrape(), spans: telemetry.spans().map((span) => ({ ...span })) }
  expect(seen.spans.length).toBeGreaterThan(10)
  expectHidden(secret, seen.scrape)
  for (const { name, attributes, status, events, links } of telemetry.spans())
    expectHidden(secret, { name, attributes, status, events, links })
})

test('an event of a later version is ignored', async () => {
  const telemetry = startTelemetry()
  const later: object = { type: 'later', durationMs: 1 }
  telemetry.observer()(later as HubauthEvent)
  expect(telemetry.spans()).toEqual([])
  expect(await telemetry.metrics()).toEqual([])
})

test('what a provider throws goes to the diagnostics of OpenTelemetry, and not to the caller', () => {
  const told: unknown[] = []
  const tell = (...words: unknown[]) => void told.push(words)
  diag.setLogger({ error: tell, warn: tell, info: tell, debug: tell, verbose: tell }, DiagLogLevel.ERROR)
  const broken = new Error('broken')
  const observe = openTelemetryObserver({
    meterProvider: {
      getMeter() {
        throw broken
      },
    },
  })
  observe({ type: 'change', origin: 'here' })
  expect(told).toEqual([['@hubauth/opentelemetry: an event was not recorded.', broken]])
})

it.each([
  { meterProvider: {} },
  { meterProvider: null },
  { tracerProvider: 'global' },
  { spans: 'mint' },
  { spans: ['hit'] },
  { spans: null },
])('throws for options that can never work: %j', (options) => {
  expect(() => openTelemetryObserver(options as object)).toThrow(TypeError)
})

test('two observers of one provider share their metrics', async () => {
  const telemetry = startTelemetry()
  telemetry.observer()({ type: 'change', origin: 'here' })
  telemetry.observer()({ type: 'change', origin: 'here' })
  expect(await telemetry.value('hubauth.installation.changes')).toBe(2)
})
