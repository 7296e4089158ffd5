import { describe, expect, onTestFinished, test } from 'vitest'
import { GITHUB_RULES } from './github-rules.ts'
import type { GitHubUnderTest } from './github-under-test.ts'
import { checkRule } from './rule.ts'

/** One test for each rule, each against a fresh GitHub. */
export function describeGitHub(name: string, start: () => Promise<GitHubUnderTest>): void {
  for (const group of new Set(GITHUB_RULES.map((rule) => rule.group))) {
    describe(`${name}: ${group}`, () => {
      for (const rule of GITHUB_RULES.filter((candidate) => candidate.group === group)) {
        test(rule.name, async () => {
          const github = await start()
          onTestFinished(() => github.close())
          expect(await checkRule(rule, github)).toEqual({ outcome: 'passed' })
        })
      }
    })
  }
}
