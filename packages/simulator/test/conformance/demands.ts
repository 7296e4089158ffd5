import type { Answer } from './http-exchange.ts'
import { RuleBroken } from './rule.ts'
import type { RequestOptions, RuleContext } from './rule-context.ts'

/** What an answer has to be. */
export interface ExpectedAnswer {
  readonly status: number
  /** Of the JSON body, whole. */
  readonly message?: string | RegExp
}

/** @throws {RuleBroken} with the reason, unless the condition holds. */
export function demand(condition: boolean, reason: string): void {
  if (!condition) throw new RuleBroken(reason)
}

/** @throws {RuleBroken} when the answer has another status or message. */
export function demandAnswer(answer: Answer, expected: ExpectedAnswer, about: string): void {
  const wanted = `${expected.status}${expected.message === undefined ? '' : ` ${expected.message}`}`
  const got = `${answer.status}${messageOf(answer) === undefined ? '' : ` ${messageOf(answer)}`}`
  demand(
    answer.status === expected.status && matches(messageOf(answer), expected.message),
    `${about}: expected ${wanted}, got ${got}`,
  )
}

/** Sends a request and returns its answer. @throws {RuleBroken} when that is not the expected one. */
export async function demandThat(
  github: RuleContext,
  endpoint: string,
  { expect, ...request }: RequestOptions & { expect: ExpectedAnswer },
): Promise<Answer> {
  const answer = await github.send(endpoint, request)
  demandAnswer(answer, expect, endpoint)
  return answer
}

/** Mints and returns the answer. @throws {RuleBroken} when that is not the expected one. */
export async function demandMint(
  github: RuleContext,
  login: string,
  { expect, ...request }: RequestOptions & { expect: ExpectedAnswer },
): Promise<Answer> {
  const answer = await github.mint(login, request)
  demandAnswer(answer, expect, `a mint on ${login}`)
  return answer
}

function messageOf({ json }: Answer): string | undefined {
  return typeof json?.message === 'string' ? json.message : undefined
}

function matches(message: string | undefined, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true
  if (message === undefined) return false
  return typeof wanted === 'string' ? message === wanted : wanted.test(message)
}
