import type Koa from 'koa'

/** Keeps the errors that reach Koa, which answers them, and keeps Koa from printing them. */
export function keepErrors(app: Koa): readonly unknown[] {
  const errors: unknown[] = []
  app.on('error', (error: unknown) => errors.push(error))
  return errors
}
