import type { GetPublicKeyCommandOutput, KMSClient } from '@aws-sdk/client-kms'
import { HubauthError, type KeySource, signerKey } from '@hubauth/core'
import { askAws, known } from './ask-aws.ts'
import { type AwsClient, checkClient } from './clients.ts'
import { explainAws } from './explain-aws.ts'
import { kmsCommands } from './sdk-commands.ts'

/** Options of {@link awsKmsKey}. */
export interface AwsKmsKeyOptions {
  /** A `KMSClient` for the region of the key. */
  readonly client: AwsClient
  /**
   * Key ID, `alias/` and a name, or the ARN of either; an ARN for a key of another account. An alias may lead to another key
   * later: the new one signs from then on.
   */
  readonly keyId: string
  /** For one call with all its retries, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
  /** Told when the key cannot be read again and the known one stays. Default: printed, at most once a minute. */
  readonly onProblem?: ((error: unknown) => void) | undefined
}

const SERVICE = {
  store: 'AWS KMS',
  serviceId: 'KMS',
  client: 'a KMSClient',
  sdk: '@aws-sdk/client-kms',
  load: kmsCommands,
}

const RS256 = 'RSASSA_PKCS1_V1_5_SHA_256'

/**
 * A key in AWS KMS that signs there, and that nobody can read. `GetPublicKey` is called once, and again when GitHub refused a
 * signature; `Sign` for every new JWT, which is every eight minutes
 * (https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html).
 *
 * The key needs the spec `RSA_2048`, `RSA_3072` or `RSA_4096` and the usage `SIGN_VERIFY`; any other, one that is disabled,
 * and one that is about to be deleted are `KEY_INVALID`. `sign` also throws `STORE_UNAVAILABLE`, `STORE_THROTTLED`,
 * `STORE_TIMEOUT`, `STORE_ACCESS_DENIED`, `STORE_NOT_FOUND`, or the signal's reason.
 *
 * @throws {TypeError} When an option can never work.
 */
export function awsKmsKey({ client, keyId, timeoutMs, onProblem }: AwsKmsKeyOptions): KeySource {
  checkClient<KMSClient>(client, SERVICE)
  if (typeof keyId !== 'string' || keyId.trim() === '')
    throw new TypeError('keyId: expected the ID or the ARN of a key, or alias/ and a name.')
  return signerKey({
    store: SERVICE.store,
    keyId,
    timeoutMs,
    onProblem,
    explain: (error) => explainAws(error, 'unusable'),
    publicKey: async (signal) => {
      const key = await askAws(SERVICE, ({ GetPublicKeyCommand }) =>
        client.send(new GetPublicKeyCommand({ KeyId: keyId }), { abortSignal: signal }),
      )
      return publicKeyOf(key, keyId)
    },
    sign: async (input, signal) => {
      // A digest, for KMS takes no more than 4 096 bytes of the input itself, and not none either.
      const Message = new Uint8Array(await crypto.subtle.digest('SHA-256', input))
      const question = { KeyId: keyId, Message, MessageType: 'DIGEST', SigningAlgorithm: RS256 } as const
      const { Signature } = await askAws(SERVICE, ({ SignCommand }) =>
        client.send(new SignCommand(question), { abortSignal: signal }),
      )
      return known(Signature)
    },
  })
}

/** @throws {HubauthError} `KEY_INVALID` unless the key can make the signatures that GitHub accepts. */
function publicKeyOf(
  { PublicKey, KeyUsage, SigningAlgorithms }: GetPublicKeyCommandOutput,
  keyId: string,
): Uint8Array {
  const spki = known(PublicKey)
  if (KeyUsage === 'SIGN_VERIFY' && SigningAlgorithms?.includes(RS256)) return spki
  const what = `${SERVICE.store} cannot sign for GitHub with ${keyId}: it is no key for ${RS256}.`
  throw new HubauthError('KEY_INVALID', what, {
    details: { store: SERVICE.store, secretId: keyId },
    remedy: 'Use a key with the spec RSA_2048 and the usage SIGN_VERIFY; neither can be changed.',
  })
}
