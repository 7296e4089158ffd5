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
  await unheard(async () => {
    for (const { name, run } of cases) await run(subject, { skip }).catch(() => broken.push(name))
  })
  return broken
}

/** Rejections that nobody handles would fail this file; here, it is the suite that must hear of them. */
async function unheard(work: () => Promise<void>): Promise<void> {
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  try {
    await work()
  } finally {
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
}
