import type { FastifyInstance } from 'fastify'

/** Keeps the errors that reach the error handler of an application, and has Fastify answer them. */
export function keepErrors(app: FastifyInstance): readonly unknown[] {
  const errors: unknown[] = []
  app.setErrorHandler((error, _request, reply) => {
    errors.push(error)
    reply.send(error)
  })
  return errors
}
