/** What every client of Google Cloud has. */
export interface GoogleClient {
  /** Connects, once; afterwards it does nothing. */
  initialize(): Promise<unknown>
}

/** Options of one call, as google-gax takes them. */
export interface GoogleCall {
  /** For the call, in milliseconds. */
  readonly timeout: number
  /** Without retries of the SDK. */
  readonly retry: null
}

/** Bytes of an answer; base64 where a transport left them so. */
export type GoogleBytes = Uint8Array | string | null

/**
 * What {@link gcpSecret} uses of the `SecretManagerServiceClient` of `@google-cloud/secret-manager`, so that no other SDK must
 * be installed.
 */
export interface GcpSecretClient extends GoogleClient {
  /** Reads one version of a secret. */
  accessSecretVersion(
    request: { readonly name: string },
    options: GoogleCall,
  ): Promise<
    readonly [
      { readonly payload?: { readonly data?: GoogleBytes; readonly dataCrc32c?: unknown } | null },
      ...unknown[],
    ]
  >
}

/** What {@link gcpKmsKey} uses of the `KeyManagementServiceClient` of `@google-cloud/kms`. */
export interface GcpKmsClient extends GoogleClient {
  /** Reads the public half of a key version. */
  getPublicKey(
    request: { readonly name: string },
    options: GoogleCall,
  ): Promise<readonly [{ readonly pem?: string | null; readonly algorithm?: unknown }, ...unknown[]]>
  /** Signs a digest. */
  asymmetricSign(
    request: { readonly name: string; readonly digest: { readonly sha256: Uint8Array } },
    options: GoogleCall,
  ): Promise<readonly [{ readonly signature?: GoogleBytes }, ...unknown[]]>
}
