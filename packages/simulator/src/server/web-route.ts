import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from './reply.ts'
import type { Method, RequestContext } from './route.ts'

/** A page or an endpoint of the web host: signing users in, registering apps. There is no API authentication, and no rate limit. */
export interface WebRoute {
  readonly kind: 'page'
  readonly method: Method
  readonly path: string
  handle(context: WebContext): Reply | Promise<Reply>
}

/** An endpoint that reads and writes the connection itself, such as git's. It ends the response, whatever happens. */
export interface StreamRoute {
  readonly kind: 'stream'
  readonly method: Method
  readonly path: string
  handle(context: RequestContext, exchange: StreamExchange): Promise<void>
}

/** The connection that an endpoint which streams is handed. */
export interface StreamExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What a page sees of a request. */
export interface WebContext extends RequestContext {
  /** The fields of a form that was posted, or of a JSON object; empty for `GET`. */
  readonly form: URLSearchParams
}
