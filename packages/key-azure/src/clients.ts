/** What {@link azureSecret} uses of the `SecretClient` of `@azure/keyvault-secrets`, so that no other SDK must be installed. */
export interface AzureSecretClient {
  /** Reads one version of a secret; the latest when none is named. */
  getSecret(
    secretName: string,
    options: { readonly version?: string; readonly abortSignal?: AbortSignal },
  ): Promise<{ readonly value?: string }>
}

/** What {@link azureKey} uses of the `KeyClient` of `@azure/keyvault-keys`, 4.4 or later. */
export interface AzureKeyClient {
  /** Reads the public half of one version of a key; the latest when none is named. */
  getKey(
    name: string,
    options: { readonly version?: string; readonly abortSignal?: AbortSignal },
  ): Promise<AzureKeyVersion>
  /** A client that signs with one version of a key. */
  getCryptographyClient(
    keyName: string,
    options: { readonly keyVersion?: string },
  ): {
    sign(
      algorithm: string,
      digest: Uint8Array,
      options: { readonly abortSignal?: AbortSignal },
    ): Promise<{ readonly result: Uint8Array }>
  }
}

/** What {@link azureKey} reads of the `KeyVaultKey` of `@azure/keyvault-keys`. */
export interface AzureKeyVersion {
  /** The public half, as a JWK. */
  readonly key?: { readonly kty?: string; readonly n?: Uint8Array; readonly e?: Uint8Array }
  /** What it may be used for. */
  readonly keyOperations?: readonly string[]
  /** Its version and its state. */
  readonly properties: {
    readonly version?: string
    readonly enabled?: boolean
    readonly notBefore?: Date
    readonly expiresOn?: Date
  }
}
