import type { HubauthEvent, JobEvent, RequestEvent } from '@hubauth/core'
import { type Attributes, type HrTime, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { appOf, errorType, JOB_ATTRIBUTES, known, methodOf, OTHER, requestAttributes } from './attributes.ts'

/** The types of events that can be spans. A hit takes no time, and the span of a delivery is the web framework's. */
export const SPAN_EVENT_TYPES = ['request', 'mint', 'wait', 'sign', 'lookup', 'job'] as const

/** A type of event that can be a span. */
export type SpanEventType = (typeof SPAN_EVENT_TYPES)[number]

interface SpanFacts {
  readonly name: string
  readonly kind: SpanKind
  readonly attributes: Attributes
  readonly durationMs: number
}

/** Records an event that has just ended as a span, below the one that is active. */
export function recordSpan(event: HubauthEvent, tracer: Tracer, now: number): void {
  const facts = spanOf(event)
  if (facts === undefined) return
  const { name, kind, attributes, durationMs } = facts
  const startTime = hrTime(now - Math.max(durationMs, 0))
  const span = tracer.startSpan(name, { kind, attributes, startTime })
  if (attributes['error.type'] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(hrTime(now))
}

function spanOf(event: HubauthEvent): SpanFacts | undefined {
  switch (event.type) {
    case 'request':
      return requestSpan(event)
    case 'mint':
    case 'sign':
    case 'lookup':
      return ownSpan(event, SpanKind.CLIENT)
    case 'wait': {
      const span = ownSpan(event, SpanKind.INTERNAL)
      return { ...span, attributes: { ...span.attributes, 'hubauth.outcome': event.outcome } }
    }
    case 'job':
      return jobSpan(event)
    case 'hit':
    case 'renew':
    case 'evict':
    case 'retry':
    case 'throttle':
    case 'store':
    case 'change':
    case 'delivery':
      return undefined
    default:
      event satisfies never
      return undefined
  }
}

function requestSpan(event: RequestEvent): SpanFacts {
  const { durationMs, installationId, budget } = event
  const method = methodOf(event)
  return {
    name: method === OTHER ? 'HTTP' : method,
    kind: SpanKind.CLIENT,
    attributes: known({
      ...requestAttributes(event),
      'hubauth.installation.id': installationId,
      'hubauth.resource': budget?.resource,
      'hubauth.ratelimit.remaining': budget?.remaining,
    }),
    durationMs,
  }
}

function jobSpan(event: JobEvent): SpanFacts {
  return {
    name: `process ${event.event}`,
    kind: SpanKind.CONSUMER,
    attributes: known({
      ...JOB_ATTRIBUTES,
      'messaging.operation.type': 'process',
      'messaging.message.id': event.id,
      'hubauth.event': event.event,
      'hubauth.action': event.action,
      'hubauth.attempt': event.attempt,
      'hubauth.outcome': event.outcome,
      'error.type': errorType(event),
    }),
    durationMs: event.durationMs,
  }
}

type OwnEvent = Extract<HubauthEvent, { readonly type: 'mint' | 'wait' | 'sign' | 'lookup' }>

function ownSpan(event: OwnEvent, kind: SpanKind): SpanFacts {
  const attributes = known({
    'hubauth.app': appOf(event),
    'hubauth.installation.id': 'installationId' in event ? event.installationId : undefined,
    'error.type': errorType(event),
  })
  return { name: `hubauth.${event.type}`, kind, attributes, durationMs: event.durationMs }
}

/** Seconds and nanoseconds since 1970: a plain number could be taken for one since the process started. */
function hrTime(ms: number): HrTime {
  return [Math.trunc(ms / 1_000), Math.trunc((ms % 1_000) * 1_000_000)]
}
