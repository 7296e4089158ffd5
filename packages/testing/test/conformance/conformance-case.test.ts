import { describe, expect, it } from 'vitest'
import { describeCases, plannedTests } from '../../src/conformance/conformance-case.ts'

const cases = [
  { name: 'holds', run: async () => undefined },
  { name: 'cannot be tried', run: async () => undefined },
]

describeCases('a suite without skips', { cases, subject: undefined })

describe('a skip', () => {
  it('prints its reason in the name of the test, and leaves the others', () => {
    const skip = [{ tests: ['cannot be tried'], reason: 'there is no such server here' }]
    expect(plannedTests({ cases, subject: undefined, skip })).toMatchObject([
      { title: 'holds', skip: false },
      { title: 'cannot be tried (skipped: there is no such server here)', skip: true },
    ])
  })

  it('must name a test of the suite', () => {
    const skip = [{ tests: ['hold'], reason: 'why' }]
    expect(() => plannedTests({ cases, subject: undefined, skip })).toThrow(
      'skip: the suite has no test named "hold".',
    )
  })

  it('must have a reason', () => {
    const skip = [{ tests: ['holds'], reason: ' ' }]
    expect(() => plannedTests({ cases, subject: undefined, skip })).toThrow('skip: expected a reason')
  })
})
