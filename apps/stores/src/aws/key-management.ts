import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import { signDigest } from '../sign-digest.ts'
import { AwsError } from './aws-error.ts'
import {
  type AwsInput,
  type AwsOperation,
  type AwsPlace,
  optionalText,
  requiredBytes,
  requiredText,
} from './aws-input.ts'

/** States of a KMS key (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html). */
export type KmsKeyState = 'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingImport'

/** How a key is put. */
export interface PutKeyOptions {
  /** Default `SIGN_VERIFY`. */
  readonly usage?: 'SIGN_VERIFY' | 'ENCRYPT_DECRYPT' | undefined
}

interface KmsKey {
  readonly arn: string
  readonly spec: string
  readonly usage: 'SIGN_VERIFY' | 'ENCRYPT_DECRYPT'
  /** A symmetric key has no pair. */
  readonly privateKey: KeyObject | undefined
  state: KmsKeyState
}

const RSA_SIGNING = ['PKCS1_V1_5', 'PSS'].flatMap((padding) =>
  ['256', '384', '512'].map((bits) => `RSASSA_${padding}_SHA_${bits}`),
)
const RSA_ENCRYPTION = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256']
/** The only algorithm that can be asked for here. */
const RS256 = 'RSASSA_PKCS1_V1_5_SHA_256'
const SHA_256_BYTES = 32
const MAX_RAW_BYTES = 4_096
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** AWS Key Management Service (https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html and API_GetPublicKey.html). */
export class KeyManagement {
  readonly operations: Readonly<Record<string, AwsOperation>>
  readonly #keys = new Map<string, KmsKey>()
  readonly #aliases = new Map<string, string>()
  readonly #place: AwsPlace

  constructor(place: AwsPlace) {
    this.#place = place
    this.operations = {
      GetPublicKey: (input) => this.#getPublicKey(input),
      Sign: (input) => this.#sign(input),
    }
  }

  /** Adds a key: a private key as PEM, or nothing for a symmetric one. Returns its ID. */
  put(privatePem?: string | undefined, { usage = 'SIGN_VERIFY' }: PutKeyOptions = {}): string {
    const id = randomUUID()
    const arn = this.#arn(`key/${id}`)
    const privateKey = privatePem === undefined ? undefined : createPrivateKey(privatePem)
    const spec = specOf(privateKey)
    const used = privateKey === undefined ? 'ENCRYPT_DECRYPT' : usage
    this.#keys.set(id, { arn, spec, usage: used, privateKey, state: 'Enabled' })
    return id
  }

  /** Lets an alias (`alias/…`) lead to a key, also when it leads to another one. */
  alias(name: string, id: string): void {
    this.#aliases.set(name, id)
  }

  /** The ARN of a key or an alias (`alias/…`). */
  arn(id: string): string {
    return this.#arn(id.startsWith('alias/') ? id : `key/${id}`)
  }

  /** Puts a key into a state. */
  set(id: string, state: KmsKeyState): void {
    this.#find(id).state = state
  }

  #arn(resource: string): string {
    return `arn:aws:kms:${this.#place.region}:${this.#place.account}:${resource}`
  }

  #find(keyId: string): KmsKey {
    const prefix = this.#arn('')
    if (keyId.startsWith('arn:') && !keyId.startsWith(prefix))
      throw new AwsError('NotFoundException', `Invalid arn ${keyId.split(':')[3]}`)
    const resource = keyId.startsWith('arn:') ? keyId.slice(prefix.length) : keyId
    const isAlias = resource.startsWith('alias/')
    const id = isAlias ? this.#aliases.get(resource) : resource.replace(/^key\//, '')
    if (id === undefined)
      throw new AwsError('NotFoundException', `Alias ${this.#arn(resource)} is not found.`)
    if (!UUID.test(id)) throw new AwsError('NotFoundException', `Invalid keyId ${id}`)
    const key = this.#keys.get(id)
    if (key === undefined) throw new AwsError('NotFoundException', `Key '${this.arn(id)}' does not exist`)
    return key
  }

  #findUsable(input: AwsInput): KmsKey {
    const key = this.#find(requiredText(input, 'KeyId'))
    if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`)
    if (key.state === 'PendingDeletion')
      throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`)
    if (key.state === 'PendingImport')
      throw new AwsError('KMSInvalidStateException', `${key.arn} is pending import.`)
    return key
  }

  #getPublicKey(input: AwsInput): AwsInput {
    const { arn, spec, usage, privateKey } = this.#findUsable(input)
    if (privateKey === undefined)
      throw new AwsError('UnsupportedOperationException', `${arn} has no public key.`)
    const spki = createPublicKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    return {
      KeyId: arn,
      PublicKey: spki.export({ type: 'spki', format: 'der' }).toString('base64'),
      CustomerMasterKeySpec: spec,
      KeySpec: spec,
      KeyUsage: usage,
      ...(usage === 'SIGN_VERIFY'
        ? { SigningAlgorithms: signingAlgorithms(spec) }
        : { EncryptionAlgorithms: RSA_ENCRYPTION }),
    }
  }

  #sign(input: AwsInput): AwsInput {
    const { arn, spec, usage, privateKey } = this.#findUsable(input)
    const algorithm = requiredText(input, 'SigningAlgorithm')
    const message = requiredBytes(input, 'Message')
    if (usage !== 'SIGN_VERIFY' || privateKey === undefined)
      throw new AwsError(
        'InvalidKeyUsageException',
        `${arn} key usage is ${usage} which is not valid for Sign.`,
      )
    if (!signingAlgorithms(spec).includes(algorithm))
      throw new AwsError(
        'InvalidKeyUsageException',
        `Algorithm ${algorithm} is incompatible with key spec ${spec}.`,
      )
    if (algorithm !== RS256)
      throw new AwsError('UnsupportedOperationException', `${algorithm} is not implemented here.`)
    const digest = digestOf(message, optionalText(input, 'MessageType') ?? 'RAW')
    const signature = signDigest(privateKey, digest).toString('base64')
    return { KeyId: arn, Signature: signature, SigningAlgorithm: algorithm }
  }
}

function digestOf(message: Buffer, type: string): Buffer {
  if (type === 'DIGEST' && message.length === SHA_256_BYTES) return message
  if (type === 'DIGEST')
    throw new AwsError('ValidationException', `Digest is invalid length for algorithm ${RS256}.`)
  if (type === 'RAW' && message.length >= 1 && message.length <= MAX_RAW_BYTES)
    return createHash('sha256').update(message).digest()
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${type === 'RAW' ? 'message' : 'messageType'}' failed to satisfy constraint: Member must have length between 1 and ${MAX_RAW_BYTES}, or be RAW or DIGEST`,
  )
}

/** @throws {TypeError} For a key that KMS cannot hold. */
function specOf(key: KeyObject | undefined): string {
  const { modulusLength = 0, namedCurve } = key?.asymmetricKeyDetails ?? {}
  if (key === undefined) return 'SYMMETRIC_DEFAULT'
  if (namedCurve === 'prime256v1') return 'ECC_NIST_P256'
  if ([2048, 3072, 4096].includes(modulusLength)) return `RSA_${modulusLength}`
  throw new TypeError('KMS has no such keys.')
}

function signingAlgorithms(spec: string): readonly string[] {
  return spec.startsWith('RSA_') ? RSA_SIGNING : ['ECDSA_SHA_256']
}
