import { mistake, shown, suggestion } from '../schema/mistake.ts'
import type { Schema } from '../schema/schema.ts'
import { FAILURE_MODES, type FaultMode } from './failure-modes.ts'
import { FAULT_PRESETS } from './fault-presets.ts'

/** The name of a failure mode that is a fault. For any other failure mode the mistake says what to do instead. */
export function faultMode(): Schema<FaultMode> {
  const names = FAILURE_MODES.filter(({ by }) => by === 'fault').map(({ name }) => name)
  return {
    json: { enum: names },
    check(value, at) {
      if (isFaultMode(value)) return value
      const mode = FAILURE_MODES.find(({ name }) => name === value)
      if (mode !== undefined)
        throw new TypeError(
          `${at}: ${mode.name} is no fault of single requests; ${PROVOKED[mode.by]}: ${mode.how}`,
        )
      if (typeof value !== 'string')
        throw mistake(at, `must be one of ${names.join(', ')}, not ${shown(value)}`)
      throw new TypeError(
        `${at}: no such failure mode${suggestion(
          value,
          FAILURE_MODES.map(({ name }) => name),
        )}`,
      )
    },
  }
}

const PROVOKED = {
  fault: 'use',
  state: 'change the state instead',
  option: 'it is an option of the simulator',
  request: 'it is the client that causes it',
} as const

function isFaultMode(value: unknown): value is FaultMode {
  return typeof value === 'string' && Object.hasOwn(FAULT_PRESETS, value)
}
