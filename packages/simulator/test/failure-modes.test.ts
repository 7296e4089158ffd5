import { describe, expect, test } from 'vitest'
import { FAILURE_MODES } from '../src/index.ts'
import { ACCESS_MODES } from './failure-modes/access-modes.ts'
import { OTHER_MODES } from './failure-modes/other-modes.ts'
import { startTestGitHub } from './support/test-github.ts'

const PROVOKED = { ...ACCESS_MODES, ...OTHER_MODES }

describe('Each of the thirty failure modes happens with GitHub’s own status and text', () => {
  test('and all of them are known by number and name', () => {
    expect(FAILURE_MODES.map(({ number }) => number)).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    )
    expect(FAILURE_MODES.map(({ name }) => name)).toEqual(Object.keys(PROVOKED))
  })

  test.for(FAILURE_MODES.map((mode) => [mode.number, mode.name] as const))('%d. %s', async ([, name]) => {
    await PROVOKED[name]?.()
  })

  test.for(FAILURE_MODES.filter(({ by }) => by !== 'fault').map(({ name, how }) => [name, how] as const))(
    'and fail({ mode: "%s" }) says what to do instead',
    async ([name, how]) => {
      const github = await startTestGitHub()
      expect(() => github.fail(JSON.parse(JSON.stringify({ mode: name })))).toThrow(how)
    },
  )
})
