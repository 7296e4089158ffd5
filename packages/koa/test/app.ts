import type Koa from 'koa'

/** An error as middleware sees it that catches what comes after it. */
export interface SeenError {
  readonly name?: string
  readonly code?: string
  readonly status?: number
  readonly message?: string
}

/** Keeps the errors that reach Koa, which answers them, and keeps Koa from printing them. */
export function keepErrors(app: Koa): SeenError[] {
  const seen: SeenError[] = []
  app.on('error', (error: SeenError) => seen.push(error))
  return seen
}
