import { fieldsOf } from './fields.ts'
import { answerError, VaultError } from './vault-error.ts'

/** Where Vault is, and how to get there. */
export interface VaultHttpOptions {
  readonly address: string
  readonly namespace?: string | undefined
  readonly allowHttp?: boolean | undefined
  readonly fetch?: typeof fetch | undefined
}

/** One call. */
export interface VaultHttpCall {
  /** Below `/v1/`, fit for a URL, with its query. */
  readonly path: string
  /** What is written; without it, the call reads. */
  readonly data?: object | undefined
  readonly token?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Speaks HTTP with one Vault. */
export class VaultHttp {
  readonly #root: string
  readonly #namespace: string | undefined
  readonly #fetch: typeof fetch

  /** @throws {TypeError} When the address or the namespace can never work. */
  constructor({ address, namespace, allowHttp = false, fetch: send }: VaultHttpOptions) {
    this.#root = rootOf(address, allowHttp)
    if (namespace !== undefined && !/^[\x21-\x7e]+$/.test(namespace))
      throw new TypeError('namespace: expected the path of a namespace, such as admin/team.')
    this.#namespace = namespace
    this.#fetch = send ?? ((...parameters) => fetch(...parameters))
  }

  /** What Vault answers, parsed; undefined when it has nothing to say. @throws {VaultError} Or the signal's reason. */
  async send({ path, data, token, signal }: VaultHttpCall): Promise<unknown> {
    signal?.throwIfAborted()
    try {
      const response = await this.#fetch(`${this.#root}/v1/${path.replace(/^\/+/, '')}`, {
        method: data === undefined ? 'GET' : 'POST',
        headers: {
          'x-vault-request': 'true',
          ...(this.#namespace !== undefined && { 'x-vault-namespace': this.#namespace }),
          ...(token !== undefined && { 'x-vault-token': token }),
          ...(data !== undefined && { 'content-type': 'application/json' }),
        },
        // A standby sends its callers elsewhere, and the token would go with them.
        redirect: 'manual',
        ...(data !== undefined && { body: JSON.stringify(data) }),
        ...(signal !== undefined && { signal }),
      })
      return await readAnswer(response, token)
    } catch (error) {
      signal?.throwIfAborted()
      throw error instanceof VaultError ? error : unreachable(error)
    }
  }
}

async function readAnswer(response: Response, token: string | undefined): Promise<unknown> {
  const { status, type } = response
  const isRedirect = type === 'opaqueredirect' || (status >= 300 && status < 400)
  const text = await response.text()
  if (isRedirect) throw redirected(response)
  if (!response.ok) throw answerError(status, parsed(withoutToken(text, token)))
  const body = parsed(text)
  if (text === '') return undefined
  if (body === undefined)
    throw new VaultError('UNREADABLE', `Vault answered ${status} with something that is no JSON.`, status)
  return body
}

/** Pages for debugging repeat the headers that they were sent. Only tokens for play are so short that they are words. */
function withoutToken(text: string, token: string = ''): string {
  return token.length < 4 ? text : text.replaceAll(token, '[redacted]')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the text.
    return undefined
  }
}

function redirected({ headers, status, url }: Response): VaultError {
  const location = headers.get('location') ?? ''
  const to = URL.canParse(location, url) ? new URL(location, url).host : 'another address'
  const what = `Vault redirects to ${to}, where no token is sent.`
  const remedy = 'Give vaultClient the address of the active node, or of the load balancer before the nodes.'
  return new VaultError('REDIRECTED', `${what} ${remedy}`, status)
}

/** What a fetch throws says little but its code, and may hold the request. */
function unreachable(error: unknown): VaultError {
  const { code = fieldsOf(fieldsOf(error).cause).code } = fieldsOf(error)
  const isName = typeof code === 'string' && /^[A-Z0-9_]+$/.test(code)
  return new VaultError(isName ? code : 'UNREACHABLE', 'Vault could not be reached.')
}

function rootOf(address: string, allowHttp: boolean): string {
  const expected = 'address: expected the root of a Vault, such as https://vault.example:8200'
  if (typeof address !== 'string' || !URL.canParse(address)) throw new TypeError(`${expected}.`)
  const { protocol, host, hostname, origin, pathname, username, password, search, hash } = new URL(address)
  if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError(`${expected}.`)
  if (username || password || search || hash)
    throw new TypeError(`${expected}, without credentials, query or fragment.`)
  const path = pathname.replace(/\/+$/, '')
  if (path.endsWith('/v1')) throw new TypeError(`${expected}, without /v1.`)
  if (protocol === 'http:' && !allowHttp && !isLoopback(hostname))
    throw new TypeError(
      `address: http: would send tokens to ${host} in the clear; use https:, or set allowHttp.`,
    )
  return origin + path
}

function isLoopback(hostname: string): boolean {
  return hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname) || /^(.+\.)?localhost$/.test(hostname)
}
