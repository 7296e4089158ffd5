/** Every series of a scrape by its name, with all labels that it has somewhere. */
export function scrapedSeries(scrape: string): ReadonlyMap<string, ReadonlySet<string>> {
  const series = new Map<string, Set<string>>()
  for (const line of scrape.split('\n')) {
    const [, name, labels = ''] = /^([a-z_]\w*)(?:\{(.*)\})? \S+$/.exec(line) ?? []
    if (name === undefined) continue
    const known = series.get(name) ?? new Set()
    for (const [, label = ''] of labels.matchAll(/(\w+)="[^"]*"/g)) known.add(label)
    series.set(name, known)
  }
  return series
}

/** The names that the collector and Prometheus itself make of the same metrics: with the unit at the end. */
export function withUnits(
  series: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const rename = (name: string) => name.replace(/_duration_(bucket|count|sum)$/, '_duration_seconds_$1')
  return new Map([...series].map(([name, labels]) => [rename(name), labels]))
}
