import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allEvents } from './every-event.ts'
import { selectorsOf, unknownWords } from './promql.ts'
import { scrapedSeries, withUnits } from './scraped-series.ts'
import { startTelemetry } from './start-telemetry.ts'

interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly datasource?: { readonly uid: string }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

const page = new URL('../../../docs/grafana/hubauth.json', import.meta.url)
const dashboard: {
  readonly schemaVersion: number
  readonly __inputs: readonly { readonly name: string }[]
  readonly __requires: readonly { readonly type: string; readonly id: string }[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition: string }[] }
  readonly panels: readonly Panel[]
} = JSON.parse(readFileSync(page, 'utf8'))

const panels = dashboard.panels.filter(({ type }) => type !== 'row')
const queries = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })))
const selectors = queries.flatMap(({ title, expr }) =>
  selectorsOf(expr).map((selector) => ({ title, ...selector })),
)

async function scrapeOfEverything() {
  const telemetry = startTelemetry()
  const observe = telemetry.observer()
  for (const event of allEvents()) observe(event)
  return scrapedSeries(await telemetry.scrape())
}

describe('the dashboard', () => {
  it.each([
    ['the exporter of OpenTelemetry', (series: ReadonlyMap<string, ReadonlySet<string>>) => series],
    ['the collector, with units in names', withUnits],
  ])('asks only for series and labels that there are, as scraped from %s', async (_, named) => {
    const series = named(await scrapeOfEverything())
    expect(selectors.length).toBeGreaterThan(20)
    for (const { title, name, labels } of selectors) {
      const found = [...series].filter(([key]) => name.test(key))
      expect(
        found.map(([key]) => key),
        `${title}: ${name}`,
      ).toHaveLength(1)
      for (const label of labels) expect(found[0]?.[1], `${title}: ${name}`).toContain(label)
    }
  })

  it('shows everything that is recorded', async () => {
    const telemetry = startTelemetry()
    const observe = telemetry.observer()
    for (const event of allEvents()) observe(event)
    for (const { descriptor } of await telemetry.metrics()) {
      const name = descriptor.name.replaceAll('.', '_')
      const isShown = ['', '_total', '_bucket', '_count'].some((end) =>
        selectors.some((selector) => selector.name.test(name + end)),
      )
      expect([name, isShown]).toEqual([name, true])
    }
  })

  it('uses no function, variable or label in a legend that there is not', () => {
    for (const { title, expr, legendFormat } of queries) {
      expect(unknownWords(expr), title).toEqual([])
      expect(new Set(expr.match(/\$\w+/g)), title).toEqual(
        new Set(expr.match(/\$(?:app|__rate_interval)\b/g)),
      )
      const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', '))
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        expect(grouped, title).toContain(label)
    }
    expect(dashboard.templating.list.map(({ name, definition }) => [name, definition])).toEqual([
      ['app', 'label_values(hubauth_app)'],
    ])
  })

  it('asks for the data source on import, and names none', () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39)
    expect(dashboard.__inputs.map(({ name }) => name)).toEqual(['DS_PROMETHEUS'])
    const uids = [...readFileSync(page, 'utf8').matchAll(/"uid": "([^"]*)"/g)].map(([, uid]) => uid)
    expect(new Set(uids)).toEqual(new Set([`\${DS_PROMETHEUS}`, 'hubauth']))
    const required = dashboard.__requires.flatMap(({ type, id }) => (type === 'panel' ? [id] : []))
    expect(new Set(panels.map(({ type }) => type))).toEqual(new Set(required))
  })

  it('has every panel in a place of its own', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
  })
})

describe('what reads the queries in this test', () => {
  it('knows a group that is around a selector from one that is not', () => {
    const [inner, outer] = selectorsOf(
      'sum by (a, b) (rate(x{c="d"}[5m])) / sum(rate({__name__=~"y|z"}[5m]))',
    )
    expect(inner).toEqual({ name: /^(?:x)$/, labels: ['c', 'a', 'b'] })
    expect(outer).toEqual({ name: /^(?:y|z)$/, labels: [] })
  })

  it('finds metrics without braces, misspelt functions and open parentheses', () => {
    expect(unknownWords('sum(rat(x[5m])) + sum(y{a="b"})')).toEqual(['rat', 'x'])
    expect(() => selectorsOf('sum by (a) (rate(x{c="d"}[5m])')).toThrow('a parenthesis stays open')
  })
})
