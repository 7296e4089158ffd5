import { createHash } from 'node:crypto'

/** What stands in Redis in place of a name (SHA-256). */
export function digest(name: string): string {
  return createHash('sha256').update(name).digest('base64url')
}
