import type { RouteContext } from '../server/route.ts'
import { parseId } from '../state/ids.ts'

/** A path parameter that is an id. What is not plain digits is `NaN`, which no map contains. */
export function numericParam({ param }: RouteContext, name: string): number {
  return parseId(param(name)) ?? Number.NaN
}
