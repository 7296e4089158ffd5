import type { Comparison } from '../measure/comparison.ts'

/** What every row is given. */
export interface RowContext {
  /** An RSA-2048 key as GitHub hands it out (PKCS#1), made for this run. */
  readonly privateKey: string
  readonly isQuick: boolean
}

/** One row of the table in design.md section 6, or a few that belong together. */
export interface Row {
  /** What `--only` takes. */
  readonly name: string
  readonly title: string
  /** What the limit is. */
  readonly limit: string
  measure(context: RowContext): Promise<readonly Comparison[]>
}
