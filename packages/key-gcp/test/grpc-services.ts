import { createRequire } from 'node:module'
import type { KeyManagementServiceClient } from '@google-cloud/kms'
import type { GcpStores } from '@hubauth/stores/gcp'

/** As much as is needed here of @grpc/grpc-js and @grpc/proto-loader, which come with the SDKs. */
interface Grpc {
  readonly Server: new () => GrpcServer
  readonly ServerCredentials: { createInsecure(): object }
  readonly credentials: { createInsecure(): NonNullable<ClientOptions['sslCreds']> }
  readonly status: Readonly<Record<string, number>>
}

interface GrpcServer {
  addService(definition: object, methods: Readonly<Record<string, GrpcMethod>>): void
  bindAsync(address: string, credentials: object, done: (error: Error | null, port: number) => void): void
  forceShutdown(): void
}

interface ProtoLoader {
  fromJSON(json: object, options: object): Readonly<Record<string, object>>
}

type GrpcMethod = (
  call: { readonly request: GrpcRequest },
  done: (error: { code: number | undefined; details: string } | null, response?: object) => void,
) => void

interface GrpcRequest {
  readonly name: string
  readonly digest?: { readonly sha256?: Uint8Array } | null
}

type ClientOptions = NonNullable<ConstructorParameters<typeof KeyManagementServiceClient>[0]>

interface Answer extends Readonly<Record<string, unknown>> {
  readonly error?: { readonly status: string; readonly message: string }
}

/** The same services over gRPC. */
export interface GrpcServices {
  readonly clientOptions: ClientOptions
  close(): void
}

const LOADING = { keepCase: false, longs: String, enums: String, defaults: true, oneofs: true }
const SDKS = [
  ['@google-cloud/secret-manager', 'google.cloud.secretmanager.v1.SecretManagerService'],
  ['@google-cloud/kms', 'google.cloud.kms.v1.KeyManagementService'],
] as const

/** Speaks gRPC in front of the REST services: every call becomes one of theirs, and their errors become gRPC's. */
export async function startGrpcServices(stores: GcpStores): Promise<GrpcServices> {
  const require = createRequire(import.meta.url)
  const ofSdk = createRequire(require.resolve(SDKS[0][0]))
  const ofGax = createRequire(ofSdk.resolve('google-gax'))
  const grpc: Grpc = ofGax('@grpc/grpc-js')
  const loader: ProtoLoader = ofGax('@grpc/proto-loader')
  const ask = (path: string, body?: object): GrpcMethod => forward(stores, grpc, { path, body })
  const server = new grpc.Server()
  for (const [sdk, service] of SDKS) {
    const protos = createRequire(require.resolve(sdk))('../protos/protos.json')
    server.addService(loader.fromJSON(protos, LOADING)[service] ?? {}, {
      AccessSecretVersion: (call, done) => ask(':access')(call, done),
      GetPublicKey: (call, done) => ask('/publicKey')(call, done),
      AsymmetricSign: (call, done) => {
        const sha256 = Buffer.from(call.request.digest?.sha256 ?? []).toString('base64')
        ask(':asymmetricSign', { digest: { sha256 } })(call, done)
      },
    })
  }
  const insecure = grpc.ServerCredentials.createInsecure()
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', insecure, (error, bound) => (error ? reject(error) : resolve(bound)))
  })
  const { projectId, credentials } = stores.clientOptions
  return {
    clientOptions: {
      apiEndpoint: '127.0.0.1',
      port,
      projectId,
      credentials,
      sslCreds: grpc.credentials.createInsecure(),
    },
    close: () => server.forceShutdown(),
  }
}

function forward(
  stores: GcpStores,
  grpc: Grpc,
  { path, body }: { readonly path: string; readonly body?: object | undefined },
): GrpcMethod {
  const ask = async (name: string): Promise<Answer> => {
    const response = await fetch(`${stores.url}/v1/${name}${path}?$alt=json`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${stores.identities.issueToken()}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return (await response.json()) as Answer
  }
  const gone: Answer = { error: { status: 'UNAVAILABLE', message: 'The services are gone.' } }
  return async ({ request }, done) => {
    const answer = await ask(request.name).catch(() => gone)
    const { error } = answer
    if (error === undefined) done(null, withBytes(answer))
    else done({ code: grpc.status[error.status], details: error.message })
  }
}

/** JSON has bytes as base64, and wrapped numbers as they are. */
function withBytes({ payload, signature, ...answer }: Readonly<Record<string, unknown>>): object {
  const { data, dataCrc32c } = Object(payload)
  const { name, pem, algorithm } = answer
  return {
    name,
    pem,
    algorithm,
    ...(payload !== undefined && { payload: { data: Buffer.from(data, 'base64'), dataCrc32c } }),
    ...(typeof signature === 'string' && { signature: Buffer.from(signature, 'base64') }),
  }
}
