import type { StoreCall } from '../store-server.ts'
import type { CloudKms } from './cloud-kms.ts'
import { errorInfo, GoogleError } from './google-error.ts'
import type { SecretManager } from './secret-manager.ts'
import type { ServiceRequest } from './service-request.ts'

/** A method of a service, as it looks over REST. */
export interface Method {
  readonly name: string
  readonly http: 'GET' | 'POST'
  readonly path: RegExp
  readonly service: string
  readonly permission: string
  readonly run: (request: ServiceRequest) => object
}

const KEY_VERSION = 'projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+/cryptoKeyVersions/[^/:]+'
const SECRET_VERSION = 'projects/[^/]+(?:/locations/[^/]+)?/secrets/[^/]+/versions/[^/:]+'

/** All methods that are spoken here. */
export function methodsOf(secretManager: SecretManager, kms: CloudKms): readonly Method[] {
  const key = { service: 'cloudkms.googleapis.com' }
  return [
    {
      name: 'AccessSecretVersion',
      http: 'GET',
      path: new RegExp(`^/v1/(${SECRET_VERSION}):access$`),
      service: 'secretmanager.googleapis.com',
      permission: 'secretmanager.versions.access',
      run: ({ name }) => secretManager.access(name),
    },
    {
      ...key,
      name: 'GetPublicKey',
      http: 'GET',
      path: new RegExp(`^/v1/(${KEY_VERSION})/publicKey$`),
      permission: 'cloudkms.cryptoKeyVersions.viewPublicKey',
      run: (request) => kms.getPublicKey(request),
    },
    {
      ...key,
      name: 'AsymmetricSign',
      http: 'POST',
      path: new RegExp(`^/v1/(${KEY_VERSION}):asymmetricSign$`),
      permission: 'cloudkms.cryptoKeyVersions.useToSign',
      run: (request) => kms.asymmetricSign(request),
    },
  ]
}

/** @throws {GoogleError} While callers are to be refused. */
export function checkFault({ fault }: StoreCall, { permission, service }: Method, name: string): void {
  if (fault === 'denied')
    throw new GoogleError(
      'PERMISSION_DENIED',
      `Permission '${permission}' denied on resource '${name}' (or it may not exist).`,
      [errorInfo('IAM_PERMISSION_DENIED', service)],
    )
  if (fault === 'throttled')
    throw new GoogleError(
      'RESOURCE_EXHAUSTED',
      `Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service '${service}'.`,
      [errorInfo('RATE_LIMIT_EXCEEDED', service)],
    )
}
