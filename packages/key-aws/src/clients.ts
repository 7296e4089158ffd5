/**
 * What is used of a client of the AWS SDK, version 3, of whatever service; which one it is for is checked when it is passed.
 * Told by its shape, so that the SDKs of other services need not be installed for its types.
 */
export interface AwsClient {
  readonly config: object
  send(command: never, options: { readonly abortSignal?: AbortSignal }): Promise<unknown>
}

/** A service, and what its part of the SDK is called. */
export interface AwsService<Commands> {
  /** Its name in messages. */
  readonly store: string
  /** What its clients say that they are for. */
  readonly serviceId: string
  /** The class of its clients, with its article. */
  readonly client: string
  /** The package. */
  readonly sdk: string
  /** Loads what is needed of it; undefined when it is not there. */
  readonly load: () => Promise<Commands | undefined>
}

/** @throws {TypeError} Unless `client` is a client of this service, bare or aggregated. */
export function checkClient<Client>(
  client: unknown,
  { serviceId, client: name, sdk }: AwsService<unknown>,
): asserts client is Client {
  const { send, config } = (client ?? {}) as { readonly send?: unknown; readonly config?: unknown }
  const { serviceId: actual = serviceId } = (config ?? {}) as { readonly serviceId?: unknown }
  if (typeof send !== 'function' || actual !== serviceId)
    throw new TypeError(`client: expected ${name} of ${sdk} (npm install ${sdk}).`)
}
