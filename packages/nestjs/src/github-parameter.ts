import {
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  type PipeTransform,
} from '@nestjs/common'
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js'
import { ModuleRef } from '@nestjs/core'
import { nestError } from './nest-error.ts'

/** What a decorated parameter gets. */
export interface GitHubParameter {
  /** Name of the app; undefined when the delivery decides. */
  readonly app?: string | undefined
  /** Whether the caller names the installation, which needs `authorize`. */
  readonly isFromRequest?: boolean
  read(call: ParameterCall): unknown
}

/** A call of the handler. */
export interface ParameterCall {
  readonly context: ExecutionContext
  /** Finds a provider, whichever module has it. */
  readonly get: <T>(token: string) => T
}

type Carrier = () => { readonly parameter: GitHubParameter; readonly context: ExecutionContext }

const carry = createParamDecorator((parameter: GitHubParameter, context: ExecutionContext): Carrier => {
  // A function: pipes that run before, such as a ValidationPipe with validateCustomDecorators, leave those alone. From an
  // object they would walk on into the request and its socket, and abort the process.
  return () => ({ parameter, context })
})

/** Reads what the factory of a parameter decorator could not: factories have no injection, pipes do. Stateless. */
@Injectable()
class GitHubParameterPipe implements PipeTransform {
  readonly #moduleRef: ModuleRef

  constructor(@Inject(ModuleRef) moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef
  }

  async transform(carrier: Carrier): Promise<unknown> {
    if (typeof carrier !== 'function')
      throw new TypeError('A pipe that ran before replaced the value of a decorator of @hubauth/nestjs.')
    const { parameter, context } = carrier()
    try {
      return await parameter.read({ context, get: (token) => this.#moduleRef.get(token, { strict: false }) })
    } catch (error) {
      throw nestError(error, context)
    }
  }
}

/** Makes a parameter decorator. */
export function githubParameter(parameter: GitHubParameter): ParameterDecorator {
  return carry(parameter, GitHubParameterPipe)
}

/** The parameters of a method that were made so. */
export function githubParameters(prototype: object, name: string): readonly GitHubParameter[] {
  const all: Record<string, { readonly data: GitHubParameter; readonly pipes?: readonly unknown[] }> =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, prototype.constructor, name) ?? {}
  const ours = Object.values(all).filter(({ pipes }) => pipes?.includes(GitHubParameterPipe))
  return ours.map(({ data }) => data)
}
