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
  /** The class of its clients. */
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
    throw new TypeError(`client: expected a ${name} of ${sdk}. npm install ${sdk}`)
}

/** Something that no call can do without, and that is not there. */
class MissingError extends Error {
  constructor(name: 'SdkMissing' | 'RegionMissing', message: string) {
    super(message)
    this.name = name
  }
}

/** Makes a call with the commands of the SDK. */
export async function callAws<Commands, Answer>(
  { sdk, load }: AwsService<Commands>,
  call: (commands: Commands) => Promise<Answer>,
): Promise<Answer> {
  const commands = await load()
  if (commands === undefined)
    throw new MissingError('SdkMissing', `${sdk} cannot be loaded from here. npm install ${sdk}`)
  try {
    return await call(commands)
  } catch (error) {
    // The SDK has no name for this one, and notices it only now.
    if (!(error instanceof Error) || error.message !== 'Region is missing') throw error
    throw new MissingError('RegionMissing', 'The client has no region. Set AWS_REGION, or give it one.')
  }
}

/** A member that every whole answer has. */
export function known<T>(member: T | undefined): T {
  if (member === undefined) throw new Error('The answer is not complete.')
  return member
}
