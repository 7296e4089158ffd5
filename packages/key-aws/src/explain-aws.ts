import type { StoreExplanation, StoreProblem } from '@hubauth/core'
import { MissingError } from './ask-aws.ts'

/**
 * What the exceptions of the three services mean, of those they have in common
 * (https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html), of STS, and of the SDK itself.
 */
const NAMES: Readonly<Partial<Record<StoreProblem, readonly string[]>>> = {
  'access-denied': [
    'AccessDenied',
    'AccessDeniedException',
    'CredentialsProviderError',
    'DecryptionFailure',
    'ExpiredToken',
    'ExpiredTokenException',
    'IncompleteSignature',
    'IncompleteSignatureException',
    'InvalidClientTokenId',
    'InvalidGrantTokenException',
    'InvalidIdentityToken',
    'InvalidIdentityTokenException',
    // Of Parameter Store: the KMS key that encrypts the parameter cannot be used.
    'InvalidKeyId',
    'InvalidSignatureException',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'NotAuthorized',
    'OptInRequired',
    'RequestExpired',
    'SignatureDoesNotMatch',
    'TokenProviderError',
    'UnrecognizedClientException',
  ],
  'not-found': [
    'InvalidArnException',
    'InvalidParameterException',
    // Of Secrets Manager: the secret is about to be deleted, or has another version at that stage.
    'InvalidRequestException',
    'NotFoundException',
    'ParameterNotFound',
    'ParameterVersionNotFound',
    'ResourceNotFoundException',
    // No name, ID or ARN looks like this.
    'ValidationException',
  ],
  throttled: [
    'BandwidthLimitExceeded',
    'LimitExceededException',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'SlowDown',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
  ],
  timeout: ['AbortError', 'RequestTimeout', 'RequestTimeoutException', 'TimeoutError'],
  unavailable: [
    'DependencyTimeoutException',
    'InternalError',
    'InternalFailure',
    'InternalServerError',
    'InternalServiceError',
    'KMSInternalException',
    'KeyUnavailableException',
    'ServiceUnavailable',
    'ServiceUnavailableException',
  ],
}

/** Codes of Node for connections and certificates. */
const NETWORK_CODE = /^E[A-Z]+$|^ERR_TLS_|CERT/

/** What is wrong with a key of KMS: it signs nothing, and decrypts no secret. */
const DISABLED: readonly string[] = [
  'DisabledException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
  'UnsupportedOperationException',
]

const MEANINGS = new Map(
  Object.entries(NAMES).flatMap(([problem, names]) =>
    names.map((name) => [name, problem as StoreProblem] as const),
  ),
)

/**
 * What an error of the SDK means; undefined when it is not known, such as that of a parser. `disabled` is what it means that a
 * key of KMS is of no use: the one that signs, or the one that encrypts a secret.
 */
export function explainAws(error: unknown, disabled: StoreProblem): StoreExplanation | undefined {
  if (error instanceof MissingError) return { problem: 'unavailable', remedy: error.message }
  const { name, code, status } = factsOf(error)
  // First, for the SDK calls a connection that broke a TimeoutError.
  if (NETWORK_CODE.test(code)) return code === 'ETIMEDOUT' ? 'timeout' : 'unavailable'
  return DISABLED.includes(name) ? disabled : (MEANINGS.get(name) ?? meaningOfStatus(status))
}

/** For exceptions that are not known here, and answers of a proxy. */
function meaningOfStatus(status: unknown): StoreProblem | undefined {
  if (status === 401 || status === 403) return 'access-denied'
  return status === 429 ? 'throttled' : undefined
}

function factsOf(error: unknown) {
  const { name, code, $metadata } = (error ?? {}) as Readonly<Record<string, unknown>>
  const { httpStatusCode } = ($metadata ?? {}) as Readonly<Record<string, unknown>>
  return { name: String(name), code: String(code), status: httpStatusCode }
}
