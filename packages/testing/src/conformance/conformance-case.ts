import { describe, it } from 'vitest'

/** One rule that every implementation must keep. Data, so that a suite can be tried on a broken implementation. */
export interface ConformanceCase<Subject> {
  /** The rule, as a whole sentence without a subject: "forgets a deleted entry". */
  readonly name: string
  /** Rejects when `subject` breaks the rule. */
  run(subject: Subject, context: CaseContext): Promise<void>
}

/** What a running case may ask of the test runner. */
interface CaseContext {
  /** Ends the case as skipped, with a reason that the report shows. */
  skip(reason: string): never
}

/** Tests of a suite that do not apply to an implementation, and why. */
export interface ConformanceSkip {
  /** The names of the tests, as the suite prints them. */
  readonly tests: readonly string[]
  /** Printed behind the name of each of them. */
  readonly reason: string
}

/** Options of every conformance suite. */
export interface ConformanceOptions {
  /** Default none. */
  readonly skip?: readonly ConformanceSkip[] | undefined
}

/** A suite, ready to be registered. */
export interface ConformanceSuite<Subject> extends ConformanceOptions {
  readonly cases: readonly ConformanceCase<Subject>[]
  readonly subject: Subject
}

/** Registers a suite with vitest. @throws {TypeError} As {@link plannedTests} does. */
export function describeCases<Subject>(name: string, suite: ConformanceSuite<Subject>): void {
  const tests = plannedTests(suite)
  describe(name, () => {
    for (const { title, skip, run } of tests) it(title, { skip }, (context) => run(suite.subject, context))
  })
}

/** A test as the report shows it. */
export interface PlannedTest<Subject> extends Pick<ConformanceCase<Subject>, 'run'> {
  /** The rule, and the reason when it is skipped. */
  readonly title: string
  readonly skip: boolean
}

/**
 * What a suite is going to run.
 *
 * @throws {TypeError} For a skip without a reason, or of a test that the suite does not have: it would hide nothing
 * and mislead its reader.
 */
export function plannedTests<Subject>({
  cases,
  skip = [],
}: ConformanceSuite<Subject>): readonly PlannedTest<Subject>[] {
  const reasons = new Map<string, string>()
  for (const { tests, reason } of skip) {
    if (reason.trim() === '')
      throw new TypeError(`skip: expected a reason for skipping "${tests.join('", "')}".`)
    for (const test of tests) {
      if (!cases.some(({ name }) => name === test))
        throw new TypeError(`skip: the suite has no test named "${test}".`)
      reasons.set(test, reason)
    }
  }
  return cases.map(({ name, run }) => {
    const reason = reasons.get(name)
    return {
      title: reason === undefined ? name : `${name} (skipped: ${reason})`,
      skip: reason !== undefined,
      run,
    }
  })
}
