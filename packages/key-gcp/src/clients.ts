/** What every client of Google Cloud has. */
export interface GcpClient {
  /** Connects, once; afterwards it does nothing. */
  initialize(): Promise<unknown>
  /** Its credentials: looks for them until there are some. */
  readonly auth?: { getClient?(): Promise<unknown> }
}

/** Options of one call, as google-gax takes them. */
export interface GcpCallOptions {
  /** For the call, in milliseconds. */
  readonly timeout: number
  /** Without retries of the SDK. */
  readonly retry: null
}

/** Bytes of an answer; base64 where a transport left them so. */
export type GcpBytes = Uint8Array | string | null

/**
 * What {@link gcpSecret} uses of the `SecretManagerServiceClient` of `@google-cloud/secret-manager`, so that no other SDK must
 * be installed.
 */
export interface GcpSecretClient extends GcpClient {
  /** Reads one version of a secret. */
  accessSecretVersion(
    request: { readonly name: string },
    options: GcpCallOptions,
  ): Promise<
    readonly [
      { readonly payload?: { readonly data?: GcpBytes; readonly dataCrc32c?: unknown } | null },
      ...unknown[],
    ]
  >
}

/** What {@link gcpKmsKey} uses of the `KeyManagementServiceClient` of `@google-cloud/kms`. */
export interface GcpKmsClient extends GcpClient {
  /** Reads the public half of a key version. */
  getPublicKey(
    request: { readonly name: string },
    options: GcpCallOptions,
  ): Promise<readonly [{ readonly pem?: string | null; readonly algorithm?: unknown }, ...unknown[]]>
  /** Signs a digest. */
  asymmetricSign(
    request: { readonly name: string; readonly digest: { readonly sha256: Uint8Array } },
    options: GcpCallOptions,
  ): Promise<readonly [{ readonly signature?: GcpBytes }, ...unknown[]]>
}
