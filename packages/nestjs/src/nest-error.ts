import { STATUS_CODES } from 'node:http'
import { inspect } from 'node:util'
import { type AnyHubauthError, errorResponse, HubauthError } from '@hubauth/core'
import { type ExecutionContext, HttpException, Logger } from '@nestjs/common'

/** Nest's, for everything that this package says. */
export const logger = new Logger('GitHubAuthModule')

/** Reports with Nest's Logger. Hubauth's errors are safe to print, and so are deliveries. */
export function logError(error: unknown, about: string = ''): void {
  logger.error(`${about}${inspect(error)}`)
}

/** An error as the context of a call expects it. Outside of HTTP it stays the `HubauthError` that it is. */
export function nestError(error: unknown, context: ExecutionContext): unknown {
  if (!HubauthError.isInstance(error)) return error
  const type = context.getType<string>()
  if (type === 'graphql') return Object.assign(error, { extensions: { code: error.code } })
  if (type !== 'http') return error
  const { status: statusCode, code } = error
  const message = error.expose ? error.message : STATUS_CODES[statusCode]
  return httpException(error, { statusCode, code, message })
}

/** What a receiver would answer, headers included, as an exception. */
export function webhookException(error: unknown, context: ExecutionContext): unknown {
  if (!HubauthError.isInstance(error)) return error
  const { headers, body } = errorResponse(error)
  const response = context.switchToHttp().getResponse()
  // Express and Fastify have the same method.
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
  return httpException(error, JSON.parse(body))
}

function httpException(error: AnyHubauthError, body: object): HttpException {
  // Nest answers an HttpException without logging it.
  if (error.status >= 500) logError(error)
  return new HttpException(body, error.status, { cause: error })
}
