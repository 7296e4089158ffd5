import { type ConformanceCase, type ConformanceOptions, describeCases } from './conformance-case.ts'
import { abortCases } from './webhook-mount/abort-cases.ts'
import { bodyCases } from './webhook-mount/body-cases.ts'
import { concurrencyCases } from './webhook-mount/concurrency-cases.ts'
import { dispatchCases } from './webhook-mount/dispatch-cases.ts'
import { lateReaderCases } from './webhook-mount/late-reader-cases.ts'
import type { WebhookMount } from './webhook-mount/mounted-receiver.ts'
import { type ParserSetup, parserCases } from './webhook-mount/parser-cases.ts'
import { protocolCases } from './webhook-mount/protocol-cases.ts'
import { signatureCases } from './webhook-mount/signature-cases.ts'

/** Options of {@link describeWebhookMount}. */
export interface DescribeWebhookMountOptions extends ConformanceOptions {
  /** Servers in which a body parser runs first, each a test of its own. Default none. */
  readonly parsers?: readonly ParserSetup[] | undefined
}

/**
 * What every mount of a webhook receiver must do, over real HTTP, registered with vitest. The suite makes the
 * receivers itself; `mount` puts one into a server.
 *
 * @throws {TypeError} For a skip that names no test of the suite.
 */
export function describeWebhookMount(
  name: string,
  mount: WebhookMount,
  { parsers = [], ...options }: DescribeWebhookMountOptions = {},
): void {
  const cases = [...webhookMountCases, ...parserCases(parsers)]
  describeCases(`${name}: webhook mount`, { cases, subject: mount, ...options })
}

/** The rules themselves. @internal */
export const webhookMountCases: readonly ConformanceCase<WebhookMount>[] = [
  ...signatureCases,
  ...bodyCases,
  ...abortCases,
  ...lateReaderCases,
  ...protocolCases,
  ...dispatchCases,
  ...concurrencyCases,
]
