import {
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  type PipeTransform,
  type Type,
} from '@nestjs/common'
import { ModuleRef } from '@nestjs/core'
import { nestError } from './nest-error.ts'

/** What a decorated parameter gets. */
export interface GitHubParameter {
  /** How the decorator is written, such as `@GitHubAuth()`; for errors. */
  readonly decorator: string
  /** Name of the app; undefined when the delivery decides. */
  readonly app?: string | undefined
  /** Whether the caller names the installation, which needs `authorize`. */
  readonly isFromRequest: boolean
  read(call: ParameterCall): unknown
}

/** A call of the handler, and where to find what was configured. */
export interface ParameterCall {
  readonly context: ExecutionContext
  readonly moduleRef: ModuleRef
}

type Carrier = (moduleRef: ModuleRef) => Promise<unknown>

const CARRIER = Symbol.for('@hubauth/nestjs:carrier')

/** Reads what the factory of a parameter decorator could not: factories have no injection, pipes do. Stateless. */
@Injectable()
export class GitHubParameterPipe implements PipeTransform {
  readonly #moduleRef: ModuleRef

  constructor(@Inject(ModuleRef) moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef
  }

  async transform(value: unknown): Promise<unknown> {
    if (isCarrier(value)) return value(this.#moduleRef)
    throw new TypeError('A pipe that ran before replaced the value of a decorator of @hubauth/nestjs.')
  }
}

// A function: pipes that run before, such as a ValidationPipe with validateCustomDecorators, leave those alone. From an
// object they would walk on into the request and its socket, and abort the process. Not an async one, whose constructor
// they cannot replace.
const decorate = createParamDecorator((parameter: GitHubParameter, context: ExecutionContext) =>
  Object.assign((moduleRef: ModuleRef) => readParameter(parameter, { context, moduleRef }), {
    [CARRIER]: true,
  }),
)

async function readParameter(parameter: GitHubParameter, call: ParameterCall): Promise<unknown> {
  try {
    return await parameter.read(call)
  } catch (error) {
    throw nestError(error, call.context)
  }
}

/** Makes a parameter decorator; `pipes` get what was read. */
export function githubParameter(
  parameter: GitHubParameter,
  ...pipes: readonly (Type<PipeTransform> | PipeTransform)[]
): ParameterDecorator {
  return decorate(parameter, GitHubParameterPipe, ...pipes)
}

function isCarrier(value: unknown): value is Carrier {
  return typeof value === 'function' && CARRIER in value
}
