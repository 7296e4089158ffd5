import { type ObjectSchema, object } from '../schema/object-schema.ts'
import type { JsonSchema } from '../schema/schema.ts'
import type { Simulator } from '../simulator.ts'

/** One thing that can be asked of the simulator over HTTP. */
export interface Command {
  /** What it does, in one sentence. */
  readonly docs: string
  /** What it takes, as JSON Schema. */
  readonly parameters: JsonSchema
  /**
   * Checks what was sent, and does it.
   *
   * @throws {TypeError} naming the parameter that does not hold, or what does not exist.
   */
  run(github: Simulator, input: unknown): unknown
}

/** The parameters of a command that takes none. */
export const NOTHING: ObjectSchema<Record<never, never>> = object<Record<never, never>>({})

/** Declares a command: `run` only ever sees parameters that hold. */
export function command<Parameters>(
  docs: string,
  parameters: ObjectSchema<Parameters>,
  run: (github: Simulator, parameters: Parameters) => unknown,
): Command {
  return {
    docs,
    parameters: parameters.json,
    run: (github, input) => run(github, parameters.check(input, '')),
  }
}
