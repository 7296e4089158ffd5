import { type Clock, type HubauthEvent, type Observe, systemClock } from '@hubauth/core'
import { diag, type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api'
import { EventMetrics } from './event-metrics.ts'
import { recordSpan, SPAN_EVENT_TYPES, type SpanEventType } from './record-span.ts'

/** The instrumentation scope of everything that is recorded. */
const SCOPE = '@hubauth/opentelemetry'

/** Options of {@link openTelemetryObserver}. */
export interface OpenTelemetryObserverOptions {
  /** Where metrics go. Default: the global one, also when it is registered later. */
  readonly meterProvider?: MeterProvider | undefined
  /** Where spans go. Default: the global one, also when it is registered later. */
  readonly tracerProvider?: TracerProvider | undefined
  /**
   * What becomes a span: `false` for nothing, or a list of types, such as `['mint', 'wait', 'job']` where another
   * instrumentation has spans of requests already. Default `true`: `request`, `mint`, `wait`, `sign`, `lookup` and `job`.
   */
  readonly spans?: boolean | readonly SpanEventType[] | undefined
  /** Tells when spans end, and whether a rate limit was reset. Default: the clock of the machine. */
  readonly clock?: Clock | undefined
}

/**
 * Turns what Hubauth does into metrics and spans of OpenTelemetry, by the semantic conventions where there is one
 * (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/).
 *
 * Pass what it returns as `observe` to everything that takes it. One observer for all is enough. A span is the child of the
 * one that is active when the event happens, which needs a context manager. Never records a secret, a payload, a path or
 * the name of a repository. Never throws: what a provider throws goes to the diagnostics of OpenTelemetry.
 *
 * @throws {TypeError} When an option can never work.
 */
export function openTelemetryObserver(options: OpenTelemetryObserverOptions = {}): Observe {
  const { meterProvider, tracerProvider, clock = systemClock } = options
  checkProvider(meterProvider, 'meterProvider', 'getMeter')
  checkProvider(tracerProvider, 'tracerProvider', 'getTracer')
  const types = spanTypes(options.spans)
  const eventMetrics = new EventMetrics(SCOPE, clock)
  const record = (event: HubauthEvent) => {
    eventMetrics.record(event, meterProvider ?? metrics.getMeterProvider())
    if (types.has(event.type)) recordSpan(event, (tracerProvider ?? trace).getTracer(SCOPE), clock.now())
  }
  return (event) => {
    try {
      record(event)
    } catch (error) {
      diag.error(`${SCOPE}: an event was not recorded.`, error)
    }
  }
}

function checkProvider(provider: object | undefined, option: string, method: string): void {
  if (provider === undefined) return
  if (provider === null || typeof Reflect.get(Object(provider), method) !== 'function')
    throw new TypeError(`openTelemetryObserver(): ${option} has no ${method}().`)
}

function spanTypes(spans: OpenTelemetryObserverOptions['spans'] = true): ReadonlySet<HubauthEvent['type']> {
  const types = spans === true ? SPAN_EVENT_TYPES : spans === false ? [] : spans
  if (!Array.isArray(types) || types.some((type) => !SPAN_EVENT_TYPES.includes(type)))
    throw new TypeError(
      `openTelemetryObserver(): spans is true, false, or a list of ${SPAN_EVENT_TYPES.join(', ')}.`,
    )
  return new Set(types)
}
