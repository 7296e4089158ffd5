import type { Role, Samples } from './interleave.ts'
import { median } from './statistics.ts'

export type Unit = 'ns' | 'µs' | 'ms' | 'B' | 'KB' | 'req/s' | 'POSTs' | 'mints' | 'JWTs'

/** What a candidate of ours must reach (design.md section 6). */
export interface Target {
  /** The candidate that is held to it. */
  readonly of: string
  /** Whether the ratio to the limit counts, or the value itself. */
  readonly by: 'ratio' | 'value'
  readonly atMost?: number
  readonly atLeast?: number
}

/** What was measured of one candidate. */
export interface Figure {
  readonly candidate: string
  readonly role: Role
  readonly median: number
  readonly min: number
  readonly max: number
  /** Median of the ratios that each round gave; undefined for a limit, and where the limit is zero. */
  readonly ratio?: number
}

/** One thing that was measured of all candidates. */
export interface Comparison {
  readonly what: string
  readonly unit: Unit
  readonly figures: readonly Figure[]
  readonly target?: Target
  readonly isReached?: boolean
}

/** What to make of samples. */
export interface ComparisonOptions {
  readonly what: string
  readonly unit: Unit
  /** The name of the metric in the samples. */
  readonly metric: string
  readonly target?: Target
}

/** Puts one metric of all candidates side by side. */
export function compare(samples: readonly Samples[], options: ComparisonOptions): Comparison {
  const { what, unit, metric, target } = options
  const figures = samples.map((entry) => figure(entry, samples, metric))
  if (target === undefined) return { what, unit, figures }
  return { what, unit, figures, target, isReached: isReached(figures, target) }
}

function figure({ candidate, rounds }: Samples, all: readonly Samples[], metric: string): Figure {
  const values = rounds.map((sample) => sample[metric] ?? Number.NaN)
  const figure: Figure = {
    candidate: candidate.name,
    role: candidate.role,
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
  }
  const limit = all.find(({ candidate: other }) => other.role === 'limit')
  if (limit === undefined || limit.candidate === candidate) return figure
  const ratio = median(values.map((value, round) => value / (limit.rounds[round]?.[metric] ?? Number.NaN)))
  return Number.isFinite(ratio) ? { ...figure, ratio } : figure
}

function isReached(figures: readonly Figure[], target: Target): boolean {
  const { of, by, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = target
  const held = figures.find(({ candidate }) => candidate === of)
  const value = by === 'ratio' ? held?.ratio : held?.median
  return value !== undefined && value <= atMost && value >= atLeast
}
