import { createHash } from 'node:crypto'
import { HubauthError, type InstallationToken } from '@hubauth/core'
import type { CallsReport } from './protocol.ts'

/** Counts calls for tokens. */
export class CallCounter {
  readonly #failures = new Map<string, number>()
  readonly #tokens = new Map<number, Map<string, string>>()
  #calls = 0
  #longestMs = 0

  /** Makes one call. Never rejects. */
  async count(installationId: number, call: () => Promise<InstallationToken>): Promise<void> {
    const startedAt = performance.now()
    this.#calls++
    try {
      const { value } = await call()
      const known = this.#tokens.get(installationId) ?? new Map<string, string>()
      if (!known.has(value)) this.#tokens.set(installationId, known.set(value, fingerprint(value)))
    } catch (error) {
      const reason = reasonOf(error)
      this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1)
    }
    this.#longestMs = Math.max(this.#longestMs, performance.now() - startedAt)
  }

  report(): CallsReport {
    const tokens = [...this.#tokens].map(([id, known]) => [id, [...known.values()]] as const)
    return {
      calls: this.#calls,
      failures: Object.fromEntries(this.#failures),
      longestMs: Math.round(this.#longestMs),
      tokens: Object.fromEntries(tokens),
    }
  }
}

/** What tells errors apart: the code of a `HubauthError`, or the message of another error. */
export function reasonOf(error: unknown): string {
  return HubauthError.isInstance(error) ? error.code : String(error)
}

/** Short, and the same in every process. */
function fingerprint(value: string): string {
  return createHash('sha256').update(value).digest('base64url').slice(0, 16)
}
