import type { Reply } from './reply.ts'

/**
 * Lets pages of any origin read answers of the API, as GitHub does.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/using-cors-and-jsonp-to-make-cross-origin-requests
 */
export const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset',
} as const

/** The answer to a browser that asks whether it may send a request of another origin. */
export const PREFLIGHT_REPLY: Reply = {
  status: 204,
  headers: {
    ...CORS_HEADERS,
    'access-control-allow-headers':
      'Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Accept-Encoding, X-GitHub-OTP, X-Requested-With, User-Agent, GraphQL-Features, X-Github-Next-Global-ID, X-GitHub-Api-Version',
    'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE',
    'access-control-max-age': '86400',
  },
}

/** An answer of the API that did not come from an endpoint. */
export function withCors(reply: Reply): Reply {
  return { ...reply, headers: { ...CORS_HEADERS, ...reply.headers } }
}
