import { checkClient, HubauthError, type StoredSecret, storedSecret } from '@hubauth/core'
import { askGcp, bytesOf, TIMEOUT_MS } from './ask-gcp.ts'
import type { GcpSecretClient } from './clients.ts'
import { crc32c } from './crc32c.ts'
import { explainGcp } from './explain-gcp.ts'
import { GcpError } from './gcp-error.ts'

/** Options of {@link gcpSecret}. */
export interface GcpSecretOptions {
  /** A `SecretManagerServiceClient` of `@google-cloud/secret-manager`, over gRPC (its default) or REST. */
  readonly client: GcpSecretClient
  /**
   * The resource name: `projects/PROJECT/secrets/NAME`, or `projects/PROJECT/locations/LOCATION/secrets/NAME` for a regional
   * secret, whose client has the `apiEndpoint` of that location. May end in `/versions/VERSION`.
   */
  readonly secret: string
  /** The version by its number or alias. Default `latest`: the newest one, which is an error while that is disabled. */
  readonly version?: string | number | undefined
  /** For one read, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
}

const STORE = 'Google Cloud Secret Manager'
const EXPECTED = {
  methods: ['initialize', 'accessSecretVersion'],
  name: 'a SecretManagerServiceClient',
  sdk: '@google-cloud/secret-manager',
}
const NAME = /^(projects\/[\w.:-]+(?:\/locations\/[\w-]+)?\/secrets\/[\w-]+)(?:\/versions\/([\w-]+))?$/

/**
 * A secret in Google Cloud Secret Manager: for `pemKey`, or for the `secrets` of a webhook receiver. Reads its text with one call
 * each time, which needs the permission `secretmanager.versions.access` on the secret
 * (https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access).
 *
 * What arrives is checked with the checksum that the service sends along, as Google asks for: a damaged PEM would be found
 * anyway, but a damaged webhook secret would have every delivery refused.
 *
 * `read` throws what {@link storedSecret} says. A version that is disabled or destroyed is `STORE_NOT_FOUND`, missing or refused
 * credentials are `STORE_ACCESS_DENIED`.
 *
 * @throws {TypeError} When an option can never work.
 */
export function gcpSecret({
  client,
  secret,
  version,
  timeoutMs = TIMEOUT_MS,
}: GcpSecretOptions): StoredSecret {
  checkClient(client, EXPECTED)
  const { name, secretId } = resourceOf(secret, version)
  return storedSecret({
    store: STORE,
    secretId,
    timeoutMs,
    fetch: async (signal) => {
      const data = await askGcp({ client, timeoutMs, signal }, async (options) => {
        const [{ payload }] = await client.accessSecretVersion({ name }, options)
        return undamaged(bytesOf(payload?.data), payload?.dataCrc32c)
      })
      return textOf(data, secretId)
    },
    explain: (error) => explainGcp(error, 'not-found'),
  })
}

/** The version to ask for, and what messages call the secret. */
function resourceOf(secret: string, version: string | number | undefined) {
  const [, parent, inName] = NAME.exec(secret) ?? []
  if (parent === undefined)
    throw new TypeError('secret: expected projects/PROJECT/secrets/NAME, with or without /versions/VERSION.')
  if (version !== undefined && (inName !== undefined || !/^[\w-]{1,63}$/.test(String(version))))
    throw new TypeError('version: expected the number or the alias of a version, here or in the name.')
  const pinned = inName ?? version
  return {
    name: `${parent}/versions/${pinned ?? 'latest'}`,
    secretId: pinned === undefined ? parent : `${parent}/versions/${pinned}`,
  }
}

/** `checksum` is an int64, which transports make a number, text or an object. */
function undamaged(data: Uint8Array, checksum: unknown): Uint8Array {
  const isSent = checksum !== null && checksum !== undefined
  if (isSent && String(checksum) !== String(crc32c(data)))
    throw new GcpError('CHECKSUM_MISMATCH', 'The payload is not what its checksum was made of.')
  return data
}

function textOf(data: Uint8Array, secretId: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data)
  } catch {
    throw new HubauthError(
      'STORE_NOT_FOUND',
      `${STORE} has no text in ${secretId}: the payload is no UTF-8.`,
      {
        details: { store: STORE, secretId },
        remedy: 'Store the PEM or the webhook secret as text.',
      },
    )
  }
}
