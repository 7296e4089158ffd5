import { createGitHubAuth, createWebhookReceiver, type HubauthEvent, type KeySource } from '@hubauth/core'
import {
  type OpenTelemetryObserverOptions,
  openTelemetryObserver,
  type SpanEventType,
} from '@hubauth/opentelemetry'
import { metrics, trace } from '@opentelemetry/api'

const key: KeySource = { sign: async () => new Uint8Array(256) }
const spans: readonly SpanEventType[] = ['mint', 'job']
const options: OpenTelemetryObserverOptions = {
  meterProvider: metrics.getMeterProvider(),
  tracerProvider: trace.getTracerProvider(),
  spans,
}
const observe = openTelemetryObserver(options)
export const auth = createGitHubAuth({ appId: 1, key, observe })
export const receiver = createWebhookReceiver({ secrets: 'secret', auth, observe: openTelemetryObserver() })
export const count = (event: HubauthEvent) => (event.type === 'mint' ? event.durationMs : 0)
// @ts-expect-error A hit takes no time.
void (() => openTelemetryObserver({ spans: ['hit'] }))
