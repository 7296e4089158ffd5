import { type AnyHubauthError, HubauthError, type HubauthErrorCode } from '../src/index.ts'

/** What a promise rejects with. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  const outcome = await work.then(
    (value) => ({ value }),
    (reason: unknown) => ({ reason }),
  )
  if ('reason' in outcome) return outcome.reason
  throw new Error('expected a rejection')
}

/** The error of Hubauth that a promise rejects with. */
export async function hubauthError(work: Promise<unknown>): Promise<AnyHubauthError> {
  return asHubauthError(await rejection(work))
}

/** The error of Hubauth with `code` that a promise rejects with; its `details` have the type of that code. */
export async function errorWithCode<Code extends HubauthErrorCode>(
  code: Code,
  work: Promise<unknown>,
): Promise<Extract<AnyHubauthError, { code: Code }>> {
  const error = await hubauthError(work)
  if (isCode(error, code)) return error
  throw new Error(`expected ${code}, got ${error.code}: ${error.message}`)
}

/** The error of Hubauth that a function throws. */
export function thrown(work: () => unknown): AnyHubauthError {
  try {
    work()
  } catch (error) {
    return asHubauthError(error)
  }
  throw new Error('expected an exception')
}

function isCode<Code extends HubauthErrorCode>(
  error: AnyHubauthError,
  code: Code,
): error is Extract<AnyHubauthError, { code: Code }> {
  return error.code === code
}

function asHubauthError(error: unknown): AnyHubauthError {
  if (HubauthError.isInstance(error)) return error
  throw new Error(`expected an error of Hubauth, got ${String(error)}`, { cause: error })
}
