import { cachedToken } from './cached-token.ts'
import type { Row } from './row.ts'

/** In the order of design.md section 6. */
export const allRows: readonly Row[] = [cachedToken]
