import { readFileSync } from 'node:fs'
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import { describe, expect, it } from 'vitest'
import { allEvents, everyEvent } from './every-event.ts'
import { startTelemetry } from './start-telemetry.ts'

const page = readFileSync(new URL('../../../docs/observability.md', import.meta.url), 'utf8')

/** The rows of the table below a heading, each as its cells without back-ticks. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const [, rows = ''] = /\| ?-[-| ]+\|\n((?:\|.*\n)+)/.exec(section.split('\n## ')[0] ?? '') ?? []
  return rows
    .trim()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    )
}

function typeOf(metric: MetricData): string {
  if (metric.dataPointType === DataPointType.GAUGE) return 'gauge'
  if (metric.dataPointType !== DataPointType.SUM) return 'histogram'
  return metric.isMonotonic ? 'counter' : 'up-down counter'
}

describe('the page on observability', () => {
  it('has every metric with its type, unit and attributes, and no other', async () => {
    const telemetry = startTelemetry()
    const observe = telemetry.observer()
    for (const event of allEvents()) observe(event)
    const recorded = (await telemetry.metrics()).map((metric) => {
      const names = metric.dataPoints.flatMap(({ attributes }) => Object.keys(attributes))
      const { name, unit } = metric.descriptor
      return [name, typeOf(metric), unit, [...new Set(names)].sort().join(', ')]
    })
    const described = rowsBelow('Metrics').map(([name, type, unit, attributes = '']) => [
      name,
      type,
      unit,
      attributes.split(', ').sort().join(', '),
    ])
    expect(described.sort()).toEqual(recorded.sort())
  })

  it('has every span with its attributes, and no other', () => {
    const telemetry = startTelemetry()
    const observe = telemetry.observer()
    for (const event of allEvents()) observe(event)
    const recorded = new Map<string, Set<string>>()
    for (const { name, attributes } of telemetry.spans())
      recorded.set(name, new Set([...(recorded.get(name) ?? []), ...Object.keys(attributes)]))
    const described = rowsBelow('Spans').map(([, name = '', , attributes = '']) => [
      name.split(',')[0],
      attributes.split(', ').sort(),
    ])
    expect(Object.fromEntries(described)).toEqual(
      Object.fromEntries([...recorded].map(([name, names]) => [name, [...names].sort()])),
    )
  })

  it('has every event, and no other', () => {
    expect(rowsBelow('Events').map(([type]) => type)).toEqual(Object.keys(everyEvent()))
  })
})
