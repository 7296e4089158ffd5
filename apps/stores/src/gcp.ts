import { CloudKms } from './gcp/cloud-kms.ts'
import { GoogleError } from './gcp/google-error.ts'
import { checkFault, methodsOf } from './gcp/methods.ts'
import { SecretManager } from './gcp/secret-manager.ts'
import { Identities, type ServiceAccountCredentials } from './gcp/service-account.ts'
import { requestOf } from './gcp/service-request.ts'
import { type StoreAnswer, type StoreCall, type StoreServer, startStore } from './store-server.ts'

export type { CloudKms, KeyVersionState } from './gcp/cloud-kms.ts'
export type { KeyAlgorithm } from './gcp/key-algorithms.ts'
export type { SecretManager, SecretVersionState } from './gcp/secret-manager.ts'
export type { Identities, ServiceAccountCredentials, UserCredentials } from './gcp/service-account.ts'
export type { StoreFault } from './store-server.ts'

/** What Google's clients take to call a local server over REST. */
export type GoogleClientOptions = {
  readonly fallback: true
  readonly protocol: 'http'
  readonly apiEndpoint: string
  readonly port: number
  readonly projectId: string
  readonly credentials: ServiceAccountCredentials
}

/** A request that was let in. */
export interface GoogleRequest {
  /** The method as Google names it, such as `AccessSecretVersion`. */
  readonly method: string
  readonly name: string
  readonly body: Readonly<Record<string, unknown>>
}

/** Secret Manager and Cloud KMS on one port, as they speak over REST. */
export interface GcpStores extends StoreServer {
  readonly secretManager: SecretManager
  readonly kms: CloudKms
  readonly identities: Identities
  /** For `new SecretManagerServiceClient(…)` and `new KeyManagementServiceClient(…)`. */
  readonly clientOptions: GoogleClientOptions
  /** Where refresh tokens are exchanged. */
  readonly tokenUrl: string
  /** What was asked for so far. */
  readonly requests: readonly GoogleRequest[]
  /** How many of the next calls find the service unavailable. */
  outages: number
}

/** Starts both services on a free port of this machine, with a service account that may do everything. */
export async function startGcpStores(): Promise<GcpStores> {
  const projectId = 'hubauth-test'
  const secretManager = new SecretManager()
  const kms = new CloudKms()
  const identities = new Identities(projectId)
  const methods = methodsOf(secretManager, kms)
  const requests: GoogleRequest[] = []
  const answer = (call: StoreCall): StoreAnswer => {
    if (call.url.pathname === '/token') return identities.exchange(call)
    const method = methods.find(({ http, path }) => http === call.method && path.test(call.url.pathname))
    if (method === undefined) return noSuchUrl(call)
    try {
      identities.check(call, method.service)
      const request = requestOf(call, method.path)
      requests.push({ method: method.name, name: request.name, body: request.body })
      checkFault(call, method, request.name)
      if (handle.outages-- > 0) throw new GoogleError('UNAVAILABLE', 'The service is currently unavailable.')
      return { body: method.run(request) }
    } catch (error) {
      if (error instanceof GoogleError) return error.answer
      throw error
    }
  }
  const garbage = () =>
    `{ "payload": { "data": ${secretManager.payloads.map((payload) => payload.toString()).join(' ')}`
  const server = await startStore({ answer, garbage })
  const address = { fallback: true, protocol: 'http', apiEndpoint: '127.0.0.1', port: server.port } as const
  const handle: GcpStores = Object.assign(server, {
    secretManager,
    kms,
    identities,
    clientOptions: { ...address, projectId, credentials: identities.serviceAccount },
    tokenUrl: `${server.url}/token`,
    requests,
    outages: 0,
  })
  return handle
}

/** What Google's front end says to what is no method: a page. */
function noSuchUrl({ url }: StoreCall): StoreAnswer {
  return {
    status: 404,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    body: `<!DOCTYPE html><title>Error 404 (Not Found)!!1</title><p>The requested URL <code>${url.pathname}</code> was not found on this server.`,
  }
}
