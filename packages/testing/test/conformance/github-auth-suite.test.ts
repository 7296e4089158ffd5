import { describe, expect, it } from 'vitest'
import { githubAuthCases } from '../../src/conformance/github-auth-suite.ts'
import { describeGitHubAuth } from '../../src/index.ts'
import { BROKEN_AUTHS } from './broken-auths.ts'
import { brokenRules } from './broken-rules.ts'
import { authApp } from './plain-auth.ts'

describeGitHubAuth('a plain server', authApp())

describe('describeGitHubAuth', () => {
  it.each(BROKEN_AUTHS)('fails an application that $flaw', async ({ rules, mount }) => {
    const cases = githubAuthCases.filter(({ name }) => rules.includes(name))
    expect(new Set(await brokenRules(cases, mount))).toEqual(new Set(rules))
  })

  it('has an application for each of its rules that is failed by it', () => {
    const failed = new Set(BROKEN_AUTHS.flatMap(({ rules }) => rules))
    expect(githubAuthCases.filter(({ name }) => !failed.has(name))).toEqual([])
  })
})
