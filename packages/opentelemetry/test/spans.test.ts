import type { HubauthEvent } from '@hubauth/core'
import { manualClock } from '@hubauth/testing'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { openTelemetryObserver } from '../src/index.ts'
import { allEvents, everyEvent } from './every-event.ts'
import { startTelemetry } from './start-telemetry.ts'

/** Names and kinds of the spans of each event; all others have none. */
const SPANS_OF: Partial<Record<HubauthEvent['type'], readonly [string, SpanKind]>> = {
  request: ['GET', SpanKind.CLIENT],
  mint: ['hubauth.mint', SpanKind.CLIENT],
  wait: ['hubauth.wait', SpanKind.INTERNAL],
  sign: ['hubauth.sign', SpanKind.CLIENT],
  lookup: ['hubauth.lookup', SpanKind.CLIENT],
  job: ['process issues', SpanKind.CONSUMER],
}

describe('events become spans', () => {
  for (const [type, events] of Object.entries(everyEvent())) {
    const expected = SPANS_OF[events[0]?.type ?? 'hit']
    test(`${type}: ${expected?.[0] ?? 'none'}`, () => {
      const telemetry = startTelemetry()
      const observe = telemetry.observer()
      for (const event of events) observe(event)
      const spans = telemetry.spans().map(({ name, kind }) => [name, kind])
      expect(spans).toEqual(expected === undefined ? [] : events.map(() => expected))
    })
  }

  it('ends when the event happens, and began as long ago as it took', async () => {
    const telemetry = startTelemetry()
    const clock = manualClock(1_767_225_600_250)
    telemetry.observer({ clock })({ type: 'mint', app: 1, installationId: 7, durationMs: 1_250.5 })
    const [span] = telemetry.spans()
    expect(span?.startTime).toEqual([1_767_225_598, 999_500_000])
    expect(span?.endTime).toEqual([1_767_225_600, 250_000_000])
  })

  it('has an error where the event has one, and where GitHub answered with one', () => {
    const telemetry = startTelemetry()
    const observe = telemetry.observer()
    for (const event of everyEvent().request) observe(event)
    expect(
      telemetry.spans().map(({ status, attributes }) => [status.code, attributes['error.type']]),
    ).toEqual([
      [SpanStatusCode.UNSET, undefined],
      [SpanStatusCode.ERROR, '404'],
      [SpanStatusCode.ERROR, 'GITHUB_UNAVAILABLE'],
    ])
  })

  it('says which installation and which delivery, which metrics cannot', () => {
    const telemetry = startTelemetry()
    const observe = telemetry.observer()
    for (const event of allEvents()) observe(event)
    const attributesOf = (name: string) => telemetry.spans().find((span) => span.name === name)?.attributes
    expect(attributesOf('GET')).toMatchObject({
      'hubauth.installation.id': 7,
      'hubauth.resource': 'core',
      'hubauth.ratelimit.remaining': 4_321,
    })
    expect(attributesOf('hubauth.mint')).toMatchObject({ 'hubauth.installation.id': 7 })
    expect(attributesOf('process issues')).toMatchObject({
      'messaging.message.id': 'd-1',
      'hubauth.action': 'opened',
      'hubauth.attempt': 1,
    })
  })

  it('makes none with spans: false, and only those of a list', () => {
    const telemetry = startTelemetry()
    const silent = telemetry.observer({ spans: false })
    const some = telemetry.observer({ spans: ['mint', 'job'] })
    for (const event of allEvents()) silent(event)
    expect(telemetry.spans()).toEqual([])
    for (const event of allEvents()) some(event)
    expect([...new Set(telemetry.spans().map(({ name }) => name))]).toEqual([
      'hubauth.mint',
      'process issues',
    ])
  })
})

describe('parents', () => {
  beforeEach(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  })
  afterEach(() => {
    context.disable()
    trace.disable()
  })

  it('is a child of the span that is active when the event happens, also after something was awaited', async () => {
    const telemetry = startTelemetry()
    const observe = telemetry.observer()
    await telemetry.tracerProvider.getTracer('test').startActiveSpan('my work', async (span) => {
      await new Promise(setImmediate)
      observe({ type: 'sign', app: 1, durationMs: 2 })
      span.end()
    })
    observe({ type: 'sign', app: 1, durationMs: 2 })
    const [child, parent, root] = telemetry.spans()
    expect(parent?.name).toBe('my work')
    expect(child?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId)
    expect(child?.spanContext().traceId).toBe(parent?.spanContext().traceId)
    expect(root?.parentSpanContext).toBeUndefined()
  })

  it('goes to the global provider, also when that is registered later', () => {
    const telemetry = startTelemetry()
    const observe = openTelemetryObserver()
    observe({ type: 'sign', app: 1, durationMs: 2 })
    trace.setGlobalTracerProvider(telemetry.tracerProvider)
    observe({ type: 'sign', app: 1, durationMs: 2 })
    expect(telemetry.spans()).toHaveLength(1)
  })
})
