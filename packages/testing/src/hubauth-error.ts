import { type AnyHubauthError, HubauthError } from '@hubauth/core'
import { rejection } from './conformance/rejection.ts'

/**
 * The error of Hubauth that a promise rejects with.
 *
 * @throws {Error} When it does not reject, or rejects with something else, which is the cause then.
 */
export async function hubauthError(work: Promise<unknown>): Promise<AnyHubauthError> {
  const reason = await rejection(work)
  if (HubauthError.isInstance(reason)) return reason
  throw new Error('expected an error of Hubauth', { cause: reason })
}
