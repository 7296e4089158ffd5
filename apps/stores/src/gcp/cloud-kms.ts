import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { checksum } from './checksum.ts'
import { GoogleError } from './google-error.ts'
import { ALGORITHMS, digestOf, type KeyAlgorithm, signed } from './key-algorithms.ts'
import type { ServiceRequest } from './service-request.ts'

/** The state of a key version (https://cloud.google.com/kms/docs/key-states). */
export type KeyVersionState =
  | 'PENDING_GENERATION'
  | 'ENABLED'
  | 'DISABLED'
  | 'DESTROY_SCHEDULED'
  | 'DESTROYED'

const SOFTWARE = 1
const PEM_FORMAT = 1

interface KeyVersion {
  readonly privateKey: KeyObject
  readonly algorithm: KeyAlgorithm
  state: KeyVersionState
}

/** Cloud KMS's state: key versions by their resource names, which count from 1 for each key. */
export class CloudKms {
  readonly #versions = new Map<string, KeyVersion>()

  /** Adds a version to a key. A symmetric key has a PEM here as well, which nothing ever uses. Returns the version's name. */
  addVersion(cryptoKey: string, pem: string, algorithm: KeyAlgorithm = 'RSA_SIGN_PKCS1_2048_SHA256'): string {
    const privateKey = createPrivateKey(pem)
    const size = /^RSA_\w+?_(\d{4})/.exec(algorithm)?.[1]
    if (size !== undefined && privateKey.asymmetricKeyDetails?.modulusLength !== Number(size))
      throw new RangeError(`${algorithm} is not for this key.`)
    const count = [...this.#versions.keys()].filter((name) => name.startsWith(`${cryptoKey}/`)).length
    const name = `${cryptoKey}/cryptoKeyVersions/${count + 1}`
    this.#versions.set(name, { privateKey, algorithm, state: 'ENABLED' })
    return name
  }

  setState(name: string, state: KeyVersionState): void {
    const version = this.#versions.get(name)
    if (version === undefined) throw new RangeError(`There is no ${name}.`)
    version.state = state
  }

  /** https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys.cryptoKeyVersions/getPublicKey */
  getPublicKey({ name, hasNumericEnums }: ServiceRequest): object {
    const { privateKey, algorithm } = this.#usable(name, ['ASYMMETRIC_SIGN', 'ASYMMETRIC_DECRYPT'])
    const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
    return {
      pem,
      algorithm: hasNumericEnums ? ALGORITHMS[algorithm].number : algorithm,
      pemCrc32c: checksum(Buffer.from(pem)),
      name,
      protectionLevel: hasNumericEnums ? SOFTWARE : 'SOFTWARE',
      publicKeyFormat: hasNumericEnums ? PEM_FORMAT : 'PEM',
    }
  }

  /** https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys.cryptoKeyVersions/asymmetricSign */
  asymmetricSign({ name, body, hasNumericEnums }: ServiceRequest): object {
    const version = this.#usable(name, ['ASYMMETRIC_SIGN'])
    const signature = signed(version, digestOf(body, version.algorithm))
    return {
      signature: signature.toString('base64'),
      signatureCrc32c: checksum(signature),
      ...(body.digestCrc32c !== undefined && { verifiedDigestCrc32c: true }),
      name,
      protectionLevel: hasNumericEnums ? SOFTWARE : 'SOFTWARE',
    }
  }

  #usable(name: string, purposes: readonly string[]): KeyVersion {
    const version = this.#versions.get(name)
    if (version === undefined) throw new GoogleError('NOT_FOUND', `CryptoKeyVersion ${name} not found.`)
    const { state, algorithm } = version
    const { purpose } = ALGORITHMS[algorithm]
    if (!purposes.includes(purpose))
      throw new GoogleError(
        'FAILED_PRECONDITION',
        `Operation requested for Key ${name} has incorrect key purpose: ${purpose}`,
      )
    if (state !== 'ENABLED')
      throw new GoogleError(
        'FAILED_PRECONDITION',
        `${name} is not enabled, current state is: ${state}.`,
        state === 'DISABLED' ? [preconditionFailure(name, 'KEY_DISABLED')] : [],
      )
    return version
  }
}

function preconditionFailure(subject: string, type: string): object {
  return { '@type': 'type.googleapis.com/google.rpc.PreconditionFailure', violations: [{ type, subject }] }
}
