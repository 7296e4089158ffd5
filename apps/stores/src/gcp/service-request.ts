import type { StoreCall } from '../store-server.ts'
import { GoogleError } from './google-error.ts'

/** What a call asks for. */
export interface ServiceRequest {
  /** The resource name. */
  readonly name: string
  readonly body: Readonly<Record<string, unknown>>
  /** Whether the caller wants enums as numbers: `$alt=json;enum-encoding=int`. */
  readonly hasNumericEnums: boolean
}

/** Reads a request; only the system parameters that Google documents are let in (https://cloud.google.com/apis/docs/system-parameters). */
export function requestOf({ method, url, headers, body }: StoreCall, path: RegExp): ServiceRequest {
  for (const parameter of url.searchParams.keys())
    if (!['$alt', '$prettyPrint'].includes(parameter))
      throw new GoogleError(
        'INVALID_ARGUMENT',
        `Invalid JSON payload received. Unknown name "${parameter}": Cannot bind query parameter.`,
      )
  const alt = url.searchParams.get('$alt') ?? 'json'
  if (!/^json(?:;enum-encoding=int)?$/.test(alt))
    throw new GoogleError('INVALID_ARGUMENT', 'Invalid value for $alt.')
  const isJson = headers['content-type']?.startsWith('application/json')
  if (method === 'POST' && !isJson) throw new GoogleError('INVALID_ARGUMENT', 'Expected application/json.')
  const [, name = ''] = path.exec(decodeURIComponent(url.pathname)) ?? []
  return { name, body: method === 'POST' ? readJson(body) : {}, hasNumericEnums: alt.endsWith('=int') }
}

function readJson(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body.toString()))
  } catch {
    throw new GoogleError('INVALID_ARGUMENT', 'Invalid JSON payload received. Unexpected token.')
  }
}
