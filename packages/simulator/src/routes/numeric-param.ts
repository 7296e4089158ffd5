import type { RouteContext } from '../server/route.ts'

/** A path parameter that is an id. What is not plain digits is `NaN`, which no map contains. */
export function numericParam({ param }: RouteContext, name: string): number {
  const text = param(name)
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
}
