import { randomBytes, randomUUID } from 'node:crypto'
import { AwsError } from './aws/aws-error.ts'
import { type AwsInput, type AwsOperation, readInput } from './aws/aws-input.ts'
import { KeyManagement } from './aws/key-management.ts'
import { ParameterStore } from './aws/parameter-store.ts'
import { SecretsManager } from './aws/secrets-manager.ts'
import { type AwsCredentials, checkSignature } from './aws/signature-v4.ts'
import { type StoreAnswer, type StoreCall, type StoreServer, startStore } from './store-server.ts'

export type { KeyManagement, KmsKeyState, PutKeyOptions } from './aws/key-management.ts'
export type { ParameterStore, ParameterType, PutParameterOptions } from './aws/parameter-store.ts'
export type { SecretsManager } from './aws/secrets-manager.ts'
export type { AwsCredentials } from './aws/signature-v4.ts'

/** A call whose signature was right. */
export interface AwsRequest {
  /** Service and operation, as `X-Amz-Target` names them: `TrentService.Sign`. */
  readonly operation: string
  readonly input: AwsInput
}

/** What calls are refused with. */
export interface AwsRefusal {
  /** The name of the exception. */
  readonly type: string
  readonly message: string
  /** Default 400. */
  readonly status?: number | undefined
  /** The only operation that is refused. Default: all. */
  readonly operation?: string | undefined
}

/** AWS Secrets Manager, Parameter Store and KMS of one account in one region, behind one endpoint. */
export interface AwsStores extends StoreServer {
  readonly region: string
  readonly credentials: AwsCredentials
  /** What a client of the SDK needs; one attempt, so that failures come at once. */
  readonly clientOptions: {
    readonly region: string
    readonly endpoint: string
    readonly credentials: AwsCredentials
    readonly maxAttempts: number
  }
  readonly secrets: SecretsManager
  readonly parameters: ParameterStore
  readonly keys: KeyManagement
  /** The calls so far whose signature was right. */
  readonly requests: readonly AwsRequest[]
  /** Refuses calls whose signature is right, until it is taken back with `undefined`. */
  refusal: AwsRefusal | undefined
}

const REGION = 'eu-central-1'
const ACCOUNT = '123456789012'

interface AwsService {
  /** Its name in credential scopes and in the actions of policies. */
  readonly name: string
  readonly operations: Readonly<Record<string, AwsOperation>>
}

/** Starts them on a free port of this machine, with nothing in them and an access key of their own. */
export async function startAwsStores(): Promise<AwsStores> {
  const place = { region: REGION, account: ACCOUNT }
  const credentials = {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
  }
  const secrets = new SecretsManager(place)
  const parameters = new ParameterStore(place)
  const keys = new KeyManagement(place)
  const services = new Map<string, AwsService>([
    ['secretsmanager', { name: 'secretsmanager', operations: secrets.operations }],
    ['AmazonSSM', { name: 'ssm', operations: parameters.operations }],
    ['TrentService', { name: 'kms', operations: keys.operations }],
  ])
  const requests: AwsRequest[] = []
  const answer = (call: StoreCall) => {
    try {
      const target = targetOf(call, services)
      checkSignature(call, { region: REGION, service: target.service, credentials })
      const input = readInput(call.body)
      requests.push({ operation: target.name, input })
      refuse(call, target, stores.refusal)
      return encoded({ body: target.operation(input) })
    } catch (error) {
      return refused(error)
    }
  }
  const garbage = () => brokenAnswer([...secrets.values, ...parameters.values].map(String).join(' '))
  const server = await startStore({ answer, garbage })
  const clientOptions = { region: REGION, endpoint: server.url, credentials, maxAttempts: 1 }
  const rest = { region: REGION, credentials, clientOptions, secrets, parameters, keys, requests }
  const stores: AwsStores = Object.assign(server, rest, { refusal: undefined })
  return stores
}

/** Broken just before what the store holds, without quotes around it: there parsers quote it in their messages. */
function brokenAnswer(held: string): string {
  const keys = held.match(/[\w+/=]{16,}/g) ?? [held]
  return `{"SecretString": ${keys.join(' ')}`
}

interface Target {
  readonly name: string
  readonly service: string
  readonly action: string
  readonly operation: AwsOperation
}

/** Finds the operation: all of the AWS JSON 1.1 protocol are `POST /`, and a header names it. */
function targetOf({ method, url, headers }: StoreCall, services: ReadonlyMap<string, AwsService>): Target {
  const name = String(headers['x-amz-target'])
  const [prefix = '', operationName = ''] = name.split('.')
  const service = services.get(prefix)
  const operation = service?.operations[operationName]
  const isCall =
    method === 'POST' && url.pathname === '/' && headers['content-type'] === 'application/x-amz-json-1.1'
  if (service === undefined || operation === undefined || !isCall)
    throw new AwsError('UnknownOperationException', 'The operation is not known.')
  return { name, service: service.name, action: `${service.name}:${operationName}`, operation }
}

function refuse({ fault }: StoreCall, { action, name }: Target, refusal: AwsRefusal | undefined): void {
  if (refusal !== undefined && (refusal.operation ?? name) === name)
    throw new AwsError(refusal.type, refusal.message, refusal.status)
  if (fault === 'throttled') throw new AwsError('ThrottlingException', 'Rate exceeded')
  if (fault === 'denied')
    throw new AwsError(
      'AccessDeniedException',
      `User: arn:aws:iam::${ACCOUNT}:user/app is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
    )
}

function refused(error: unknown): StoreAnswer {
  if (!(error instanceof AwsError))
    return encoded({ status: 500, body: { __type: 'InternalFailure', message: String(error) } })
  const { type, message, status } = error
  return encoded({ status, body: { __type: type, ...(message !== '' && { message }) } })
}

function encoded({ status = 200, body }: StoreAnswer): StoreAnswer {
  return {
    status,
    body,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
  }
}
