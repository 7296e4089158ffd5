/** A verified delivery on its way to a worker. */
export interface QueueEntry {
  /** The same for a delivery and its duplicates. Any text, line breaks included, of at most 500 characters. */
  readonly key: string
  /**
   * The event and its action, such as `issues.opened`, for those who look into the queue. Whoever may dispatch to a
   * repository chooses an action, so it can be any text.
   */
  readonly name: string
  /** The delivery itself. It holds what private repositories hold: whoever keeps it outside this process encrypts it. */
  readonly data: string
}

/** One attempt of a worker at an entry. */
export interface QueueAttempt {
  /** From 1. */
  readonly number: number
  /** Whether the entry becomes a dead letter when this attempt fails. */
  readonly isLast: boolean
  /** When the entry was added, in epoch milliseconds. */
  readonly addedAt: number
}

/** Does what an entry asks for. Rejects when it failed: with an error that is fit to be kept, without secrets. */
export type QueueWork = (entry: QueueEntry, attempt: QueueAttempt) => Promise<void>

/** A running {@link DeliveryQueue.process}. */
export interface QueueProcess {
  /** Takes no more entries, and resolves when those that were begun are done. Others work on what is left. */
  close(): Promise<void>
}

/**
 * Keeps verified deliveries until a worker has handled them. Every entry whose `add` resolved is worked on at least once,
 * whichever process dies; in no particular order. Prove yours with `describeDeliveryQueue` of `@hubauth/testing`.
 */
export interface DeliveryQueue {
  /**
   * Resolves when the entry is kept as safely as this queue can. Adding is atomic: of many additions of one key exactly one
   * is `queued`. Rejects when it is not known to be kept: GitHub is then told to redeliver.
   *
   * @param rememberMs How long a key counts as a `duplicate`, in milliseconds, from its addition. A dead letter frees its
   * key, so that GitHub's redelivery gives it another chance.
   */
  add(entry: QueueEntry, options: { readonly rememberMs: number }): Promise<'queued' | 'duplicate'>

  /**
   * Starts to work on entries, several at once. One whose work fails is tried again later, and after the last attempt kept
   * as a dead letter.
   *
   * @param onError Told what goes wrong with the queue itself, such as a lost connection; it goes on by itself.
   */
  process(work: QueueWork, options: { readonly onError: (error: unknown) => void }): QueueProcess
}
