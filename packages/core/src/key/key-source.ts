/** Options of {@link KeySource.sign}. */
export interface SignOptions {
  /** Gives up waiting for the key's store. */
  readonly signal?: AbortSignal | undefined
  /**
   * GitHub refused the last signature: re-read the key from its origin before signing. This one flag is key
   * rotation. Default false.
   */
  readonly fresh?: boolean | undefined
  /**
   * With `fresh`, the signatures of this input that GitHub refused just now. RS256 is deterministic, so they tell a source
   * with several keys which ones not to use. A source with one key needs no notice.
   */
  readonly refused?: readonly Uint8Array[] | undefined
}

/**
 * Holds an app's private key, or knows who does.
 *
 * A key source signs; it is never asked to reveal the key, so a KMS fits as well as a PEM file. `sign` may be
 * called concurrently and must not modify or keep `input`. Prove yours with `describeKeySource` of
 * `@hubauth/testing`.
 */
export interface KeySource {
  /**
   * Signs with RSASSA-PKCS1-v1_5 and SHA-256 (RS256, RFC 7518 section 3.3), the only algorithm GitHub accepts.
   *
   * @param input The bytes to sign, not a digest of them.
   * @returns The signature: as many bytes as the key's modulus, 256 for RSA-2048.
   * @throws {HubauthError} `KEY_UNAVAILABLE` or one of the `STORE_` codes when the key cannot be reached, `KEY_INVALID`
   * when it is not an RSA key of at least 2048 bits; the signal's reason when it aborted.
   */
  sign(input: Uint8Array, options?: SignOptions): Promise<Uint8Array>
  /**
   * The public half of the key that signs now, as SubjectPublicKeyInfo (DER): what `keyFingerprint` is made of. A source
   * that does not know it leaves this out.
   */
  publicKey?(options?: Pick<SignOptions, 'signal'>): Promise<Uint8Array>
}
