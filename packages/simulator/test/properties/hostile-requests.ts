import { METHODS } from 'node:http'
import fc from 'fast-check'
import { ROUTES } from '../../src/routes/routes.ts'
import { WEB_ROUTES } from '../../src/routes/web-routes.ts'

/** A request that somebody could send, with luck a sensible one. */
export interface HostileRequest {
  readonly method: string
  readonly path: string
  /** `right` is what the endpoint asks for. */
  readonly credential: 'right' | 'none' | 'token' | 'jwt' | { readonly text: string }
  /** Who is asked for by the endpoint. */
  readonly actor: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly contentType: string
  readonly body: string
}

/** What is there, by the name of a path parameter. */
const RIGHT: Readonly<Record<string, string>> = {
  ':app_slug': 'hubauth-test-app',
  ':slug': 'hubauth-test-app',
  ':repo': 'api',
  ':username': 'monalisa',
  ':issue_number': '1',
  ':installation_id': '40000001',
  ':repository_id': '700000001',
}
const JUNK = "0 -1 1e9 1.5 NaN % %00 %2e%2e %2F .. * __proto__ constructor %F0%9F%98%80 {} ' %FF".split(' ')
const FIELDS =
  'title body state permissions repositories repository_ids repository_id query variables operationName client_id ' +
  'client_secret code access_token grant_type device_code url secret content_type insecure_ssl target credentials name ' +
  'manifest authorize login user_code authenticity_token target_id redirect_uri'

const segment = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom('', ...JUNK) },
  { weight: 1, arbitrary: fc.webSegment() },
)

const endpoint = fc
  .tuple(fc.constantFrom(...ROUTES, ...WEB_ROUTES), fc.infiniteStream(segment), fc.boolean())
  .map(([route, values, enterprise]) => {
    const filled = route.path.replace(/:\w+/g, (name) => values.next().value ?? RIGHT[name] ?? 'acme')
    const actor = 'actor' in route ? route.actor : 'anyone'
    return { method: route.method as string, path: `${enterprise ? '/api/v3' : ''}${filled}`, actor }
  })
const nowhere = fc
  .tuple(fc.constantFrom(...METHODS.filter((method) => method !== 'CONNECT')), fc.webPath())
  .map(([method, path]) => ({ method, path: path === '' ? '/' : path, actor: 'anyone' }))

/** What a field can be. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom('x', 'open', 'closed', 'acme', '1', 1, 700_000_001, true, null) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 1.5, 1e15, -1e15, 1e308, Number.MAX_SAFE_INTEGER, 0) },
  { weight: 1, arbitrary: fc.constantFrom(['api'], [700_000_001], { issues: 'read' }, 'https://a.example/') },
)
const fields = fc.dictionary(fc.constantFrom(...FIELDS.split(' ')), hostileValue, { maxKeys: 6 })
const content = fc.oneof(
  { weight: 6, arbitrary: fields.map((body) => ['application/json', JSON.stringify(body)] as const) },
  {
    weight: 3,
    arbitrary: fields.map((body) => {
      const form = Object.entries(body).map(([name, field]): [string, string] => [
        name,
        typeof field === 'string' ? field : JSON.stringify(field),
      ])
      return ['application/x-www-form-urlencoded', new URLSearchParams(form).toString()] as const
    }),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('application/json', '*'), fc.json()) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('application/json', 'a/b'), fc.string({ unit: 'binary' })),
  },
)

const header = fc.tuple(
  fc.constantFrom(
    'accept',
    'if-none-match',
    'if-modified-since',
    'cookie',
    'range',
    'origin',
    'accept-encoding',
  ),
  fc.string({ unit: fc.constantFrom(...'abc09 ,;="/*-.:\t\xff'), maxLength: 30 }),
)
const credential: fc.Arbitrary<HostileRequest['credential']> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('right' as const) },
  { weight: 3, arbitrary: fc.constantFrom('none' as const, 'token' as const, 'jwt' as const) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: fc.constantFrom(...'Bearertokn basic=.:-_\xff'), maxLength: 40 })
      .map((text) => ({ text })),
  },
)

/** Requests to every endpoint there is, and to none. */
export const hostileRequest: fc.Arbitrary<HostileRequest> = fc
  .record({
    where: fc.oneof({ weight: 9, arbitrary: endpoint }, { weight: 1, arbitrary: nowhere }),
    query: fc.oneof(fc.constant(''), fc.webQueryParameters()),
    content,
    headers: fc.array(header, { maxLength: 2 }),
    credential,
  })
  .map(({ where, query, content: [contentType, body], ...rest }) => ({
    ...rest,
    ...where,
    path: `${where.path}?${query}`,
    contentType,
    body,
  }))

const text = fc.string({ unit: 'binary' })

/** What is hardly HTTP any more. */
export const hostileBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  text.map((path) => Buffer.from(`GET /${path} HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\n\r\n`)),
  text.map((headers) => Buffer.from(`GET /meta HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`)),
  text.map((chunks) =>
    Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`),
  ),
)
