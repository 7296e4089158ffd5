import type { Ability, GitHubUnderTest } from './github-under-test.ts'
import { RuleContext } from './rule-context.ts'

/** The properties an authentication toolkit relies on, and what the rest is about. */
export type RuleGroup =
  | 'legitimate use'
  | 'unknown tokens'
  | 'expiry'
  | 'revocation'
  | 'lookups'
  | 'app JWTs'
  | 'minting'
  | 'access'
  | 'suspension and deletion'
  | 'signing users in'
  | 'device flow'
  | 'requests and answers'

/** Something every GitHub does, told in a sentence and observable over HTTP. */
export interface GitHubRule {
  readonly group: RuleGroup
  readonly name: string
  readonly needs?: Ability
  /** Throws {@link RuleBroken}, and nothing else, when the GitHub behaves differently. */
  check(github: RuleContext): Promise<void>
}

/** A GitHub behaves differently from GitHub. The message says what was asked, expected and got. */
export class RuleBroken extends Error {}

/** What became of a rule at one GitHub. */
export type RuleOutcome =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'broken'; readonly reason: string }
  | { readonly outcome: 'cannot be asked'; readonly missing: Ability }

/**
 * Puts one rule to one GitHub.
 *
 * @throws whatever goes wrong besides the rule: a refused connection or a world that is not seeded is never an outcome.
 */
export async function checkRule(rule: GitHubRule, github: GitHubUnderTest): Promise<RuleOutcome> {
  if (rule.needs !== undefined && github[rule.needs] === undefined)
    return { outcome: 'cannot be asked', missing: rule.needs }
  try {
    await rule.check(new RuleContext(github))
    return { outcome: 'passed' }
  } catch (error) {
    if (error instanceof RuleBroken) return { outcome: 'broken', reason: error.message }
    throw error
  }
}
