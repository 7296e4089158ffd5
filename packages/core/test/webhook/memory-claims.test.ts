import { describeDeliveryClaims } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { memoryClaims } from '../../src/index.ts'

const times = { ttlMs: 60_000, runningTtlMs: 60_000 }

describeDeliveryClaims('memoryClaims', ({ clock }) => memoryClaims({ clock }))

describe('memoryClaims', () => {
  it('forgets the oldest delivery when it is full', async () => {
    const claims = memoryClaims({ maxEntries: 2 })
    for (const key of ['a', 'b', 'c']) await claims.claim(key, times)
    expect(await claims.claim('c', times)).toBe('running')
    expect(await claims.claim('a', times)).toBeTypeOf('object')
  })

  it.each([0, -1, 1.5])('refuses room for %d deliveries', (maxEntries) => {
    expect(() => memoryClaims({ maxEntries })).toThrow(TypeError)
  })
})
