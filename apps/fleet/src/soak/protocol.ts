/** What a process of the soak test is told when it starts. */
export interface SoakStart {
  readonly redisUrl: string
  readonly sealWith: string
  readonly webhookSecret: string
  readonly lockMs: number
  /** The file to which a worker appends what it has handled. */
  readonly ledger: string
}

/** What a process of the soak test says. */
export interface SoakMessage {
  /** That it works, once; of a web process, with its port. */
  readonly ready?: { readonly port?: number }
  /** Of its memory, once a second. */
  readonly rssBytes?: number
  /** What `onError` was given: the code of a `HubauthError`, or the message of another error. */
  readonly problem?: string
}
