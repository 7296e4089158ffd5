import type { StorePlace } from '../errors.ts'

/** Options of {@link SecretSource.read}. */
export interface ReadSecretOptions {
  /** Gives up waiting for the store. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Knows where a secret is kept: a private key for `pemKey`, or a webhook secret for `createWebhookReceiver`. Who uses it
 * decides when it is read; a source remembers nothing.
 */
export interface SecretSource {
  /** Where the secret is kept, for messages. */
  readonly place?: StorePlace | undefined
  /**
   * Reads the secret as it is now. May be called concurrently.
   *
   * @throws {HubauthError} What is wrong, with the place and never with what was read; the signal's reason when it aborted.
   */
  read(options?: ReadSecretOptions): Promise<string>
}
