export { type OpenTelemetryObserverOptions, openTelemetryObserver } from './open-telemetry-observer.ts'
export type { SpanEventType } from './record-span.ts'
