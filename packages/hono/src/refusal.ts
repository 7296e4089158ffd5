import { errorResponse, HubauthError, webResponse } from '@hubauth/core'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/**
 * An error as Hono wants it thrown: a refusal (below 500) as an `HTTPException` with the answer, anything else as it is,
 * which Hono prints and answers with 500 and none of its words.
 */
export function refusal(error: unknown): unknown {
  if (!HubauthError.isInstance(error) || !error.expose) return error
  const options = { message: error.message, cause: error, res: webResponse(errorResponse(error)) }
  return new HTTPException(error.status as ContentfulStatusCode, options)
}
