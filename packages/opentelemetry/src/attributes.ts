import type { HubauthEvent, RequestEvent } from '@hubauth/core'
import type { Attributes } from '@opentelemetry/api'

/** What the semantic conventions call anything that has no name of its own. */
export const OTHER = '_OTHER'

/** The methods that conventions know; any other would be a new time series for whoever makes one up. */
const METHODS = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
])
const HTTPS_PORT = 443
/** Status codes from here on are errors to a client (https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status). */
const FIRST_ERROR_STATUS = 400

type OfApp = Extract<HubauthEvent, { readonly app: unknown }>
type Timed = Extract<HubauthEvent, { readonly durationMs: number }>

/** Attributes without those that are undefined, which an exporter would show as empty. */
export function known(attributes: Attributes): Attributes {
  for (const name of Object.keys(attributes)) if (attributes[name] === undefined) delete attributes[name]
  return attributes
}

/** The app, as text: an ID is the same in digits. */
export function appOf({ app }: Pick<OfApp, 'app'>): string | undefined {
  return app === undefined ? undefined : String(app)
}

/** As whom GitHub was asked: an `installation`, the `app` itself, or with tokens that are not of an app (`other`). */
export function actorOf({ app, installationId }: Pick<RequestEvent, 'app' | 'installationId'>): string {
  if (installationId !== undefined) return 'installation'
  return app === undefined ? 'other' : 'app'
}

/** Why it failed: a code of Hubauth, or the one of the conventions for anything else. */
export function errorType({ error }: Pick<Timed, 'error'>): string | undefined {
  return error === 'OTHER' ? OTHER : error
}

/** Why a request failed, which a status from 400 on tells too. */
function requestErrorType({ error, status }: RequestEvent): string | undefined {
  const isError = status !== undefined && status >= FIRST_ERROR_STATUS
  return errorType({ error }) ?? (isError ? String(status) : undefined)
}

/** The method in capitals, if it is one of HTTP. */
export function methodOf({ method }: RequestEvent): string {
  const name = method.toUpperCase()
  return METHODS.has(name) ? name : OTHER
}

/** What spans and metrics of requests share. */
export function requestAttributes(event: RequestEvent): Attributes {
  const [, address = event.host, port = HTTPS_PORT] = /^(.+?):(\d+)$/.exec(event.host) ?? []
  return known({
    'http.request.method': methodOf(event),
    'server.address': address,
    'server.port': Number(port),
    'http.response.status_code': event.status,
    'error.type': requestErrorType(event),
    'hubauth.app': appOf(event),
    'hubauth.actor': actorOf(event),
  })
}

/** What spans and metrics of jobs share, as for messages of any system. */
export const JOB_ATTRIBUTES: Attributes = {
  'messaging.system': 'hubauth',
  'messaging.operation.name': 'process',
}
