import type { SimulatorOptions } from './options.ts'
import type { TokenFormat } from './state/tokens.ts'

/** @throws {TypeError} naming the option that does not hold. */
export function checkedOptions(options: SimulatorOptions): {
  host: string
  port: number
  tokenFormat: TokenFormat
} {
  const { host = '127.0.0.1', port = 0, tokenFormat = 'stateless' } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new TypeError('port must be an integer from 0 to 65535')
  if (tokenFormat !== 'stateless' && tokenFormat !== 'classic')
    throw new TypeError('tokenFormat must be stateless or classic')
  return { host, port, tokenFormat }
}
