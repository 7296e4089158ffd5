import { Refusal } from '../errors/refusal.ts'

/** The versions a client may ask for, newest first. GitHub's list grows; `2026-03-10` is from memory. */
export const API_VERSIONS = ['2026-03-10', '2022-11-28'] as const

/** What a request without the header gets. */
export const DEFAULT_API_VERSION = '2022-11-28'

/**
 * The version that a request gets.
 *
 * @throws {Refusal} 400 for a version that does not exist.
 */
export function selectApiVersion(header: string | undefined): string {
  if (header === undefined || header === '') return DEFAULT_API_VERSION
  if (API_VERSIONS.some((version) => version === header)) return header
  const supported = API_VERSIONS.map(
    (version, index) => `"${version}"${index === 0 ? ' (most recent)' : ''}`,
  ).join(', ')
  throw new Refusal('BAD_API_VERSION', { values: { version: header, supported } })
}
