import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundedMap } from '../../src/cache/bounded-map.ts'

const operation = fc.record({
  do: fc.constantFrom('set' as const, 'set' as const, 'set' as const, 'delete' as const),
  key: fc.integer({ min: 0, max: 40 }).map(String),
})

describe('boundedMap', () => {
  it('holds the entries that were set last, never more than its bound, and always the newest', () => {
    const operations = fc.array(operation, { maxLength: 200 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), operations, (maxEntries, steps) => {
        const map = boundedMap<string>(maxEntries)
        let newestLast: string[] = []
        for (const step of steps) {
          newestLast = newestLast.filter((key) => key !== step.key)
          if (step.do === 'delete') map.delete(step.key)
          else {
            map.set(step.key, `value of ${step.key}`)
            newestLast.push(step.key)
          }
          const held = newestLast.filter((key) => map.get(key) === `value of ${key}`)
          expect(map.size).toBe(held.length)
          expect(map.size).toBeLessThanOrEqual(maxEntries)
          expect(held).toEqual(newestLast.slice(newestLast.length - held.length))
          if (step.do === 'set') expect(held.at(-1)).toBe(step.key)
        }
      }),
    )
  })

  it('keeps nine of ten entries when it makes room', () => {
    const map = boundedMap<number>(1_000)
    for (let index = 0; index < 10_000; index++) {
      map.set(String(index), index)
      if (index >= 1_000) expect(map.size).toBeGreaterThan(900)
    }
  })
})
