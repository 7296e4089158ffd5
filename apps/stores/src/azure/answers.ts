import type { StoreAnswer } from '../store-server.ts'

/** What Key Vault answers instead: `{ error: { code, message, innererror } }`. */
export class VaultRefusal extends Error {
  readonly answer: StoreAnswer

  constructor(status: number, code: string, message: string, innerCode?: string) {
    super(message)
    const error = { code, message, ...(innerCode !== undefined && { innererror: { code: innerCode } }) }
    this.answer = { status, body: { error } }
  }
}

/** https://learn.microsoft.com/azure/key-vault/general/rest-error-codes, "HTTP 403: Insufficient Permissions" */
export function notAuthorized(): VaultRefusal {
  const message =
    'Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.'
  return new VaultRefusal(403, 'Forbidden', message, 'ForbiddenByRbac')
}

/** https://learn.microsoft.com/azure/key-vault/general/overview-throttling */
export function throttled(retryAfterSeconds: number): StoreAnswer {
  const message =
    'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached'
  return {
    status: 429,
    headers: { 'retry-after': String(retryAfterSeconds) },
    body: { error: { code: 'Throttled', message } },
  }
}

/** The text that users quote in issues of Azure's SDKs; a missing version reads the same. */
export function notFound(kind: 'key' | 'secret', id: string): VaultRefusal {
  const message = `A ${kind} with (name/id) ${id} was not found in this key vault. If you recently deleted this ${kind} you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`
  return new VaultRefusal(404, kind === 'key' ? 'KeyNotFound' : 'SecretNotFound', message)
}

/** A request that no such operation has. */
export function badParameter(message: string): VaultRefusal {
  return new VaultRefusal(400, 'BadParameter', message)
}
