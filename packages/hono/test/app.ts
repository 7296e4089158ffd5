import type { Env, Hono } from 'hono'

/** Keeps the errors that an application answers, Hono's own way or in its `onError`. Goes before everything else. */
export function keepErrors<E extends Env>(app: Hono<E>): readonly unknown[] {
  const errors: unknown[] = []
  app.use(async (c, next) => {
    await next()
    if (c.error !== undefined) errors.push(c.error)
  })
  return errors
}
