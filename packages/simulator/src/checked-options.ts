import type { AppSeed, SimulatorOptions } from './options.ts'
import { OPTIONS } from './schema/options-schema.ts'
import type { TokenFormat } from './state/tokens.ts'

/** Options that hold, with what is left out filled in where it matters to more than one. */
export interface CheckedOptions extends Omit<SimulatorOptions, 'app'> {
  readonly host: string
  readonly port: number
  readonly tokenFormat: TokenFormat
  readonly apps: readonly AppSeed[]
}

/** @throws {TypeError} naming the option that does not hold, and what it may be. */
export function checkedOptions(options: SimulatorOptions): CheckedOptions {
  const { app, ...checked } = OPTIONS.check(options, '')
  if (app !== undefined && checked.apps !== undefined)
    throw new TypeError('app is short for apps with one entry: give one of them')
  return { host: '127.0.0.1', port: 0, tokenFormat: 'stateless', apps: [app ?? {}], ...checked }
}
