import { HubauthError } from '../errors.ts'
import { API_HEADERS } from '../github/api-headers.ts'
import type { GitHubHost } from '../github/host.ts'

/** The arguments of `fetch`, resolved and checked: ready to be sent, and sent again. */
export interface PinnedRequest {
  readonly url: string
  readonly init: RequestInit & { readonly method: string; readonly headers: Headers }
  /** Whether the body can be sent a second time; a stream can not. */
  readonly isRepeatable: boolean
}

/** What {@link pinnedRequest} checks against and fills in. */
export interface PinOptions {
  readonly host: GitHubHost
  readonly userAgent: string
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * Resolves the arguments of a fetch: a path is taken below the API's root, and an absolute address must be on the
 * API's host or its upload host.
 *
 * @throws {HubauthError} `HOST_REFUSED` for any other host, before there is a token that could go there.
 */
export async function pinnedRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
  options: PinOptions,
): Promise<PinnedRequest> {
  const request = typeof input === 'string' || input instanceof URL ? undefined : input
  const url = resolve(request?.url ?? String(input), options.host)
  checkHost(url, options.host)
  const headers = new Headers(init?.headers ?? request?.headers)
  for (const [name, value] of Object.entries(API_HEADERS)) setDefault(headers, name, value)
  setDefault(headers, 'user-agent', options.userAgent)
  const method = (init?.method ?? request?.method ?? 'GET').toUpperCase()
  const buffered = request?.body && init?.body === undefined ? await request.arrayBuffer() : undefined
  const body = init?.body ?? buffered
  if (typeof body === 'string') setDefault(headers, 'content-type', 'application/json')
  const isStream =
    typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body)
  const signal = init?.signal ?? request?.signal
  const redirect = init?.redirect ?? request?.redirect
  return {
    url,
    init: {
      ...init,
      method,
      headers,
      ...(body != null && { body }),
      ...(signal && { signal }),
      ...(redirect && { redirect }),
    },
    isRepeatable: !isStream,
  }
}

/**
 * Where a response redirects to, as the next request; undefined when it does not, or the caller wants to see it.
 *
 * @throws {HubauthError} `HOST_REFUSED` when it leads to another host: the token stays here.
 */
export function redirected(
  request: PinnedRequest,
  response: Response,
  host: GitHubHost,
): PinnedRequest | undefined {
  const location = response.headers.get('location')
  if (!REDIRECTS.has(response.status) || location === null || request.init.redirect === 'manual')
    return undefined
  if (request.init.redirect === 'error')
    throw new TypeError("fetch(): GitHub redirected, and redirect is 'error'.")
  const url = new URL(location, request.url).href
  checkHost(url, host)
  const { method, headers } = request.init
  const becomesGet = response.status === 303 ? method !== 'HEAD' : response.status < 303 && method === 'POST'
  if (!becomesGet) return request.isRepeatable ? { ...request, url } : undefined
  const { body: _, ...init } = request.init
  const bodiless = new Headers(headers)
  bodiless.delete('content-type')
  return { url, init: { ...init, method: 'GET', headers: bodiless }, isRepeatable: true }
}

function resolve(target: string, host: GitHubHost): string {
  if (target.startsWith('/') && !target.startsWith('//')) return new URL(host.apiUrl + target).href
  if (URL.canParse(target)) return new URL(target).href
  throw new TypeError(
    `fetch(): expected a path such as "/repos/acme/api/issues", or an address on ${host.apiUrl}.`,
  )
}

function checkHost(target: string, { apiUrl, uploadUrl }: GitHubHost): void {
  const url = new URL(target)
  // The protocol by itself, for the origin of blob:https://api.github.com/… is GitHub's.
  const isAllowed = [apiUrl, uploadUrl].some(
    (allowed) => url.origin === new URL(allowed).origin && url.protocol === new URL(allowed).protocol,
  )
  if (isAllowed && url.username === '' && url.password === '') return
  throw new HubauthError('HOST_REFUSED', `A token for ${apiUrl} must not go to ${url.origin}.`, {
    remedy:
      "Fetch other hosts without this token; to follow a redirect there yourself, pass redirect: 'manual'.",
  })
}

function setDefault(headers: Headers, name: string, value: string): void {
  if (!headers.has(name)) headers.set(name, value)
}
