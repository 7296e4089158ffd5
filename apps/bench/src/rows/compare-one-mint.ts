import { type Comparison, compare } from '../measure/comparison.ts'

/** How many POSTs it took until all had one token, and how long. One POST is what there should be, by the candidate `of`. */
export function compareOneMint(samples: Parameters<typeof compare>[0], of: string): Comparison[] {
  return [
    compare(samples, {
      what: 'POSTs seen',
      unit: 'POSTs',
      metric: 'posts',
      target: { of, by: 'value', atMost: 1, atLeast: 1 },
    }),
    compare(samples, { what: 'until all have it', unit: 'ms', metric: 'ms' }),
  ]
}
