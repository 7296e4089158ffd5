/**
 * A webhook request, as every server can hand it over: nothing is read or copied before it is asked for.
 * A mount for another framework is a function that makes one of these and writes a {@link WebhookResponse}.
 */
export interface WebhookRequest {
  /** The HTTP method, in upper case. */
  readonly method: string

  /** The value of a header; `name` is in lower case. */
  header(name: string): string | undefined

  /**
   * Reads the exact bytes of the body. Called at most once, and only when method and headers are acceptable.
   *
   * @param maxBytes Stop reading beyond this many bytes.
   * @throws {HubauthError} `WEBHOOK_BODY_CONSUMED`, `WEBHOOK_BODY_TOO_LARGE` or `WEBHOOK_BODY_ABORTED`.
   */
  body(maxBytes: number): Promise<Uint8Array>

  /**
   * Keeps the runtime alive for handlers that go on after the answer, where the platform offers that. `work` never rejects;
   * it resolves with what the answer would have been.
   */
  waitUntil?(work: Promise<WebhookResponse>): void
}

/** What to answer. `body` is JSON and tells a human why; it never repeats what a handler threw. */
export interface WebhookResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
