import { STATUS_CODES } from 'node:http'
import { inspect } from 'node:util'
import { HubauthError } from '@hubauth/core'
import { type ArgumentsHost, HttpException, Logger } from '@nestjs/common'

/** Nest's, for everything that this package says. */
export const logger = new Logger('GitHubAuthModule')

/** Reports with Nest's Logger. Hubauth's errors are safe to print, and so are deliveries. */
export function logError(error: unknown, about: string = ''): void {
  logger.error(`${about}${inspect(error)}`)
}

/** An error as the context of a call expects it. In other contexts Nest logs it, and tells the caller nothing of it. */
export function nestError(error: unknown, context: ArgumentsHost): unknown {
  const type = context.getType<string>()
  if (!HubauthError.isInstance(error) || (type !== 'http' && type !== 'graphql')) return error
  const { status: statusCode, code, expose, headers = {} } = error
  if (!expose) logError(error)
  const message = expose ? error.message : STATUS_CODES[statusCode]
  if (type === 'graphql') return Object.assign(new Error(message, { cause: error }), { extensions: { code } })
  // Express and Fastify have the same method.
  const response = context.switchToHttp().getResponse()
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
  return new HttpException({ statusCode, code, message }, statusCode, { cause: error })
}
