/** Where a GitHub lives. All without a trailing slash. */
export interface GitHubHost {
  /** Root of the REST API: `https://api.github.com`, `https://api.SUB.ghe.com` or `https://HOST/api/v3`. */
  readonly apiUrl: string
  /** Where people, git and OAuth go. */
  readonly webUrl: string
  /** Where release assets are uploaded. */
  readonly uploadUrl: string
  /** Domain of the addresses that commits of bots and private users carry. */
  readonly noreplyDomain: string
}

/** Options of {@link githubHost}. */
export interface GitHubHostOptions {
  /**
   * Allow `http:` to a host that is not this machine. Default false: whoever is on the way could read every token.
   */
  readonly allowHttp?: boolean | undefined
}

const GITHUB: GitHubHost = Object.freeze({
  apiUrl: 'https://api.github.com',
  webUrl: 'https://github.com',
  uploadUrl: 'https://uploads.github.com',
  noreplyDomain: 'users.noreply.github.com',
})

/**
 * Knows the hosts of a GitHub from the root of its REST API.
 *
 * `https://api.github.com`, data residency `https://api.SUB.ghe.com`, and Enterprise Server `https://HOST/api/v3`.
 * Any other address (a simulator, a proxy) is taken as it is, for the API and the web.
 *
 * @throws {TypeError} When it is no absolute URL, has credentials, a query or a fragment, or is `http:` to another machine.
 */
export function githubHost(
  baseUrl: string = GITHUB.apiUrl,
  { allowHttp = false }: GitHubHostOptions = {},
): GitHubHost {
  const url = parse(baseUrl)
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname)) {
    throw new TypeError(
      `baseUrl: http: would send tokens to ${url.host} in the clear; use https:, or set allowHttp.`,
    )
  }
  const path = url.pathname.replace(/\/+$/, '')
  if (url.host === 'api.github.com' || url.host === 'github.com' || url.host === 'www.github.com')
    return GITHUB
  const tenant = /^(?:api\.)?([a-z0-9-]+\.ghe\.com)$/.exec(url.host)?.[1]
  if (tenant !== undefined) {
    return Object.freeze({
      apiUrl: `https://api.${tenant}`,
      webUrl: `https://${tenant}`,
      uploadUrl: `https://uploads.${tenant}`,
      noreplyDomain: `users.noreply.${tenant}`,
    })
  }
  const isEnterpriseServer = path === '/api/v3'
  return Object.freeze({
    apiUrl: url.origin + path,
    webUrl: url.origin,
    uploadUrl: isEnterpriseServer ? `${url.origin}/api/uploads` : url.origin + path,
    noreplyDomain: `users.noreply.${url.hostname}`,
  })
}

function parse(baseUrl: string): URL {
  const expected =
    'baseUrl: expected the root of a REST API, such as https://api.github.com, https://api.SUB.ghe.com or https://HOST/api/v3'
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) throw new TypeError(`${expected}.`)
  const url = new URL(baseUrl)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError(`${expected}.`)
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError(`${expected}, without credentials, query or fragment.`)
  }
  return url
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname) ||
    hostname.endsWith('.localhost')
  )
}
