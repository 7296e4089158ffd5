import { checkClient, HubauthError, type KeySource, signerKey } from '@hubauth/core'
import { askGcp, bytesOf, TIMEOUT_MS } from './ask-gcp.ts'
import type { GcpKmsClient } from './clients.ts'
import { explainGcp } from './explain-gcp.ts'

/** Options of {@link gcpKmsKey}. */
export interface GcpKmsKeyOptions {
  /** A `KeyManagementServiceClient` of `@google-cloud/kms`, over gRPC (its default) or REST. */
  readonly client: GcpKmsClient
  /**
   * The resource name of the key version:
   * `projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY/cryptoKeyVersions/1`. Asymmetric keys have no primary
   * version, so there is no latest one; to rotate, put two into a `keyRing`.
   */
  readonly cryptoKeyVersion: string
  /** For one call, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
  /** Told when the key cannot be read again and the known one stays. Default: printed, at most once a minute. */
  readonly onProblem?: ((error: unknown) => void) | undefined
}

const STORE = 'Google Cloud KMS'
const EXPECTED = {
  methods: ['initialize', 'getPublicKey', 'asymmetricSign'],
  name: 'a KeyManagementServiceClient',
  sdk: '@google-cloud/kms',
}
const NAME =
  /^projects\/[\w.:-]+\/locations\/[\w-]+\/keyRings\/[\w-]+\/cryptoKeys\/[\w-]+\/cryptoKeyVersions\/\d+$/

/** RS256, in keys of every size (https://cloud.google.com/kms/docs/algorithms#rsa_signing_algorithms). GitHub's keys have 2048 bits. */
const RS256: ReadonlySet<unknown> = new Set([
  'RSA_SIGN_PKCS1_2048_SHA256',
  'RSA_SIGN_PKCS1_3072_SHA256',
  'RSA_SIGN_PKCS1_4096_SHA256',
])

/**
 * A key that never leaves Google Cloud KMS: a key version with one of the algorithms `RSA_SIGN_PKCS1_*_SHA256`. The process
 * needs `cloudkms.cryptoKeyVersions.useToSign` and `cloudkms.cryptoKeyVersions.viewPublicKey` on the key
 * (https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys.cryptoKeyVersions/asymmetricSign).
 *
 * Only the SHA-256 digest is sent. The checksums of the API are not used: every signature is checked with the public key, which
 * finds the same damage and more.
 *
 * `sign` throws `KEY_INVALID` for a version that is disabled, destroyed or about to be, or has another purpose or algorithm,
 * `STORE_ACCESS_DENIED` (also for missing or refused credentials), `STORE_NOT_FOUND`, `STORE_THROTTLED`, `STORE_TIMEOUT`,
 * `STORE_UNAVAILABLE`, or the signal's reason.
 *
 * @throws {TypeError} When an option can never work.
 */
export function gcpKmsKey(options: GcpKmsKeyOptions): KeySource {
  const { client, cryptoKeyVersion, timeoutMs = TIMEOUT_MS, onProblem } = options
  checkClient(client, EXPECTED)
  if (typeof cryptoKeyVersion !== 'string' || !NAME.test(cryptoKeyVersion))
    throw new TypeError(
      'cryptoKeyVersion: expected projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY/cryptoKeyVersions/NUMBER.',
    )
  const name = cryptoKeyVersion
  return signerKey({
    store: STORE,
    keyId: name,
    timeoutMs,
    onProblem,
    publicKey: async (signal) => {
      const [{ pem, algorithm }] = await askGcp({ client, timeoutMs, signal }, (options) =>
        client.getPublicKey({ name }, options),
      )
      if (!pem) throw new Error('The answer has no public key.')
      if (!RS256.has(algorithm)) throw wrongAlgorithm(name, algorithm)
      return pem
    },
    sign: async (input, signal) => {
      const sha256 = new Uint8Array(await crypto.subtle.digest('SHA-256', input))
      const [{ signature }] = await askGcp({ client, timeoutMs, signal }, (options) =>
        client.asymmetricSign({ name, digest: { sha256 } }, options),
      )
      if (!signature?.length) throw new Error('The answer has no signature.')
      return bytesOf(signature)
    },
    explain: (error) => explainGcp(error, 'unusable'),
  })
}

function wrongAlgorithm(name: string, algorithm: unknown): HubauthError {
  const what = `${STORE} cannot sign for GitHub with ${name}: its algorithm is ${String(algorithm)}.`
  return new HubauthError('KEY_INVALID', what, {
    details: { store: STORE, secretId: name },
    remedy: `Use a key version with ${[...RS256].join(', ')}.`,
  })
}
