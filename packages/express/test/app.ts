import type { Express, NextFunction, Request, Response } from 'express'

/** What the application's own error middleware saw. */
export interface SeenError {
  readonly name?: string
  readonly code?: string
  readonly status?: number
  readonly message?: string
}

/** Adds an error middleware that keeps what it gets and answers with its status. */
export function keepErrors(app: Express): SeenError[] {
  const seen: SeenError[] = []
  app.use((error: SeenError, _request: Request, response: Response, _next: NextFunction) => {
    seen.push(error)
    response.status(error.status ?? 500).json({ code: error.code })
  })
  return seen
}
