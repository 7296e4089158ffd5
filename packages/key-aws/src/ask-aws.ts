import type { AwsService } from './clients.ts'

/** Something that no call can do without, and that is not there; the message says what to do. */
export class MissingError extends Error {
  constructor(name: 'SdkMissing' | 'RegionMissing', message: string) {
    super(message)
    this.name = name
  }
}

/** Makes a call with the commands of the SDK. */
export async function askAws<Commands, Answer>(
  { sdk, load }: AwsService<Commands>,
  call: (commands: Commands) => Promise<Answer>,
): Promise<Answer> {
  const commands = await load()
  if (commands === undefined)
    throw new MissingError('SdkMissing', `Where this runs, ${sdk} is not there: npm install ${sdk}.`)
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
