import { doesNotMatch } from 'node:assert/strict'
import type { RawResponse } from './http-client.ts'

/** What an application's own code throws in a case. No answer may hold a word of it. */
export const PLANTED_TEXT = 'database password hunter2 refused'

/** Checks the whole of an answer: the words behind its status, its headers, its body. */
export function expectNoPlantedText({ reason, headers, body }: RawResponse): void {
  doesNotMatch([reason, JSON.stringify(headers), body].join('\n'), /hunter2/)
}
