import type { Express, NextFunction, Request, Response } from 'express'
import { afterEach, beforeEach, vi } from 'vitest'

/** Keeps the errors that reach the end of an application, which Express answers as it does in production. */
export function keepErrors(app: Express): readonly unknown[] {
  const errors: unknown[] = []
  app.set('env', 'production')
  app.use((error: unknown, _request: Request, _response: Response, next: NextFunction) => {
    errors.push(error)
    next(error)
  })
  return errors
}

/** Keeps Express from printing the errors that it answers, in all tests of a file. */
export function withoutPrinting(): void {
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
  afterEach(() => void vi.restoreAllMocks())
}
