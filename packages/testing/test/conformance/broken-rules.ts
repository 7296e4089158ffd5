import type { ConformanceCase } from '../../src/conformance/conformance-case.ts'

/** Runs a suite by hand and returns the names of the rules that `subject` breaks. */
export async function brokenRules<Subject>(
  cases: readonly ConformanceCase<Subject>[],
  subject: Subject,
): Promise<readonly string[]> {
  const broken: string[] = []
  const skip = (reason: string): never => {
    throw new Error(`skipped: ${reason}`)
  }
  for (const { name, run } of cases) await run(subject, { skip }).catch(() => broken.push(name))
  return broken
}
