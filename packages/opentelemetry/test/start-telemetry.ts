import type { Observe } from '@hubauth/core'
import { listen } from '@hubauth/testing'
import type { Attributes } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { onTestFinished } from 'vitest'
import { type OpenTelemetryObserverOptions, openTelemetryObserver } from '../src/index.ts'

/** The SDK of OpenTelemetry, with what an observer told it. */
export interface Telemetry {
  readonly meterProvider: MeterProvider
  readonly tracerProvider: BasicTracerProvider
  /** An observer that records here. */
  observer(options?: OpenTelemetryObserverOptions): Observe
  /** The spans that have ended, oldest first. */
  spans(): readonly ReadableSpan[]
  metrics(): Promise<readonly MetricData[]>
  /** The attributes of all points of a metric. */
  attributes(name: string): Promise<readonly Attributes[]>
  /** The number of a counter or gauge with these attributes, or how often a histogram was recorded; undefined for none. */
  value(name: string, attributes?: Attributes): Promise<number | undefined>
  /** What Prometheus gets over HTTP. */
  scrape(): Promise<string>
}

/** Starts the SDK for one test, with nothing global. It ends with the test. */
export function startTelemetry(): Telemetry {
  const reader = new PrometheusExporter({ preventServerStart: true })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const exporter = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  onTestFinished(async () => {
    await meterProvider.shutdown()
    await tracerProvider.shutdown()
  })
  const metrics = async () =>
    (await reader.collect()).resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
  const points = async (name: string) =>
    (await metrics())
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(
        ({ dataPoints }) => dataPoints as { attributes: Attributes; value: number | { count: number } }[],
      )
  return {
    meterProvider,
    tracerProvider,
    observer: (options) => openTelemetryObserver({ meterProvider, tracerProvider, ...options }),
    spans: () => exporter.getFinishedSpans(),
    metrics,
    attributes: async (name) => (await points(name)).map(({ attributes }) => attributes),
    async value(name, wanted = {}) {
      const isWanted = (attributes: Attributes) =>
        Object.entries(wanted).every(([key, value]) => attributes[key] === value)
      const found = (await points(name)).filter(({ attributes }) => isWanted(attributes))
      if (found.length === 0) return undefined
      return found.reduce((sum, { value }) => sum + (typeof value === 'number' ? value : value.count), 0)
    },
    async scrape() {
      const server = await listen((request, response) => reader.getMetricsRequestHandler(request, response))
      try {
        return await (await fetch(server.url)).text()
      } finally {
        await server.close()
      }
    },
  }
}
