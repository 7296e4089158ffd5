import { HubauthError } from '@hubauth/core'
import type { ListeningServer } from '../../listen.ts'

/** An application that listens. */
export interface ListeningApp extends ListeningServer {
  /**
   * What reached the application's own error handling, in that order. An error that the framework made of a
   * `HubauthError` has that as its `cause`.
   */
  readonly errors: readonly unknown[]
}

/** What the application was told, without what the framework put around it: code and status, or the error itself. */
export function heardBy({ errors }: ListeningApp): readonly unknown[] {
  return errors.map((error) => {
    const refusal = error instanceof Error && HubauthError.isInstance(error.cause) ? error.cause : error
    return HubauthError.isInstance(refusal) ? `${refusal.status} ${refusal.code}` : refusal
  })
}
